/**
 * The time line of a process: bars are chosen with the arrow keys, moved and resized with Shift and arrows or by hand. What
 * follows is asked from the server and shown in a dialog before anything changes; without this script a bar is a link to the same.
 */
import { announce } from '../dom.ts'
import { notice } from './htmx.ts'
import { text } from './strings.ts'

const DAY_MS = 86_400_000
/** px at the end of a bar that resize it, and the shortest bar that has such an end */
const GRIP = 12
const GRIP_FROM = 36

/** A phase or an objective: it moves with what is in it, and cannot be stretched. */
const isBranch = (bar: SVGAElement): boolean => 'branch' in bar.dataset

type Change = { bar: SVGAElement, start: number, end: number }

const shifted = (day: string, by: number): string => new Date(Date.parse(day) + by * DAY_MS).toISOString().slice(0, 10)
const inWords = (day: string): string =>
  new Date(day).toLocaleDateString(document.documentElement.lang, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })

class Gantt {
  private change: Change | null = null
  /** where a finger took a bar */
  private touched: { x: number, y: number } | null = null
  private readonly dialog = document.getElementById('gantt-panel') as HTMLDialogElement
  private readonly svg: SVGSVGElement
  private readonly day: number

  constructor (private readonly frame: HTMLElement) {
    this.svg = frame.querySelector('svg.gantt-picture')!
    this.day = Number(frame.dataset.day)
    frame.addEventListener('keydown', event => this.onKey(event))
    frame.addEventListener('pointerdown', event => this.onPointer(event))
    // a finger that goes sideways moves the bar, one that goes up or down scrolls the page
    frame.addEventListener('touchmove', event => {
      const finger = event.touches[0]
      if (!this.touched || !finger || !event.cancelable) return
      if (Math.abs(finger.clientX - this.touched.x) > Math.abs(finger.clientY - this.touched.y)) event.preventDefault()
    }, { passive: false })
    // a drag ends with a click on the link
    frame.addEventListener('click', event => { if (this.change) event.preventDefault() })
    // the browser would drag the link itself
    frame.addEventListener('dragstart', event => event.preventDefault())
    this.dialog.addEventListener('close', () => this.reset())
    frame.addEventListener('focusout', () => { if (!this.dialog.open) setTimeout(() => this.forgetUnfocused()) })
  }

  show (): void {
    const wanted = location.hash.startsWith('#bar-') ? document.getElementById(location.hash.slice(1)) : null
    if (wanted instanceof SVGAElement) {
      this.focus(wanted)
    } else if (this.frame.dataset.today) {
      const scale = this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width
      this.frame.scrollLeft = Number(this.frame.dataset.today) * scale - this.frame.clientWidth / 3
    }
  }

  private bars (): SVGAElement[] {
    return [...this.frame.querySelectorAll<SVGAElement>('a.gantt-bar')]
  }

  private focus (bar: SVGAElement): void {
    bar.focus()
    bar.scrollIntoView({ block: 'nearest', inline: 'center' })
  }

  private onKey (event: KeyboardEvent): void {
    const bar = (event.target as Element).closest<SVGAElement>('a.gantt-bar')
    if (!bar || event.ctrlKey || event.metaKey || event.altKey) return
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key]
    const isUpright = event.key === 'ArrowUp' || event.key === 'ArrowDown'
    if (step && event.shiftKey && bar.dataset.starts && !(isUpright && isBranch(bar))) {
      event.preventDefault()
      this.stretch(bar, isUpright ? 0 : step, step)
    } else if (step && isUpright && !event.shiftKey) {
      event.preventDefault()
      const bars = this.bars()
      const next = bars[bars.indexOf(bar) + step]
      if (next) this.focus(next)
    } else if (event.key === 'Enter' && this.change) {
      event.preventDefault()
      void this.ask()
    } else if (event.key === 'Escape' && this.change) {
      this.reset()
    }
  }

  /** Move both ends of a bar by days; what is not possible (an end before the start) does nothing. */
  private stretch (bar: SVGAElement, start: number, end: number): void {
    if (this.change?.bar !== bar) this.reset()
    const change = this.change ?? { bar, start: 0, end: 0 }
    const next = { bar, start: change.start + start, end: change.end + end }
    const [first, last] = this.days(next)
    if (last < first) return
    this.change = next
    this.draw(next)
    announce(`${inWords(first)} – ${inWords(last)}`)
  }

  private days ({ bar, start, end }: Change): [string, string] {
    return [shifted(bar.dataset.starts!, start), shifted(bar.dataset.ends!, end)]
  }

  private draw ({ bar, start, end }: Change): void {
    bar.classList.toggle('is-moving', start !== 0 || end !== 0)
    for (const part of bar.querySelectorAll<SVGElement>('rect, path')) {
      const isRect = part.localName === 'rect'
      const by = isRect ? start : end
      part.setAttribute('transform', `translate(${by * this.day} 0)`)
      if (!isRect) continue
      part.dataset.width ??= part.getAttribute('width')!
      part.setAttribute('width', String(Math.max(Number(part.dataset.width) + (end - start) * this.day, 4)))
    }
  }

  private reset (): void {
    const change = this.change
    if (!change) return
    this.change = null
    this.draw({ bar: change.bar, start: 0, end: 0 })
  }

  private forgetUnfocused (): void {
    if (this.change && !this.change.bar.contains(document.activeElement) && !this.dialog.open) this.reset()
  }

  private onPointer (event: PointerEvent): void {
    const bar = (event.target as Element).closest<SVGAElement>('a.gantt-bar[data-starts]')
    if (!bar || event.button !== 0) return
    this.reset()
    const box = bar.querySelector('.bar')!.getBoundingClientRect()
    const isGrip = !isBranch(bar) && box.width >= GRIP_FROM && event.clientX > box.right - GRIP
    const day = this.day * this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width
    const longest = Math.round((Date.parse(bar.dataset.ends!) - Date.parse(bar.dataset.starts!)) / DAY_MS)
    const move = (moved: PointerEvent): void => {
      const by = Math.round((moved.clientX - event.clientX) / day)
      if (by === (this.change?.end ?? 0)) return
      this.change = { bar, start: isGrip ? 0 : by, end: isGrip ? Math.max(by, -longest) : by }
      this.draw(this.change)
    }
    const leave = (): void => {
      this.touched = null
      bar.removeEventListener('pointermove', move)
      bar.removeEventListener('pointerup', drop)
      bar.removeEventListener('pointercancel', cancel)
    }
    const drop = (): void => { leave(); if (this.change?.end) void this.ask(); else this.reset() }
    const cancel = (): void => { leave(); this.reset() }
    this.touched = event.pointerType === 'touch' ? { x: event.clientX, y: event.clientY } : null
    bar.setPointerCapture(event.pointerId)
    bar.addEventListener('pointermove', move)
    bar.addEventListener('pointerup', drop)
    bar.addEventListener('pointercancel', cancel)
  }

  /** Show what follows from the change; the form in the answer does it. */
  private async ask (): Promise<void> {
    const change = this.change
    if (!change) return
    const [first, last] = this.days(change)
    const query = new URLSearchParams({ starts_on: first, ends_on: last })
    // what is only moved stays as long as it is, in days that count
    if (change.start === change.end) query.set('keep', '1')
    try {
      const response = await fetch(`${change.bar.href.baseVal}?${query.toString()}`, { headers: { 'HX-Request': 'true' } })
      if (!response.ok && response.status !== 422) throw new Error(String(response.status))
      const parsed = new DOMParser().parseFromString(await response.text(), 'text/html')
      const form = parsed.querySelector('form')!
      const next = document.createElement('input')
      Object.assign(next, { type: 'hidden', name: 'next', value: location.pathname + location.search })
      form.append(next)
      this.dialog.querySelector('[data-gantt-panel]')!.replaceChildren(form)
      form.querySelector('a[data-dialog-close]')?.addEventListener('click', event => event.preventDefault())
      this.dialog.showModal()
      form.querySelector<HTMLElement>('button')?.focus()
    } catch {
      notice(text('error_network'))
      this.reset()
    }
  }
}

export function watchGantt (): void {
  const frame = document.querySelector<HTMLElement>('[data-gantt]')
  if (frame) new Gantt(frame).show()
}
