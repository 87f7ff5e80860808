/**
 * Marks the words that comments are about, as decorations: the text itself stays untouched.
 *
 * What this person types moves the ranges by ProseMirror's own mapping. What others type replaces whole nodes in
 * y-prosemirror, so the ranges are found again from the Yjs relative positions; the slow search by quote waits for a pause.
 */
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state'
import { Decoration, DecorationSet, type EditorView } from 'prosemirror-view'
import { ySyncPluginKey } from 'y-prosemirror'
import { resolveAnchor, type Anchor, type Range } from './anchors.ts'

export interface ThreadMark {
  id: string
  number: string
  status: string
  outcome: string
  anchor: Anchor
}

interface HighlightState {
  threads: ThreadMark[]
  /** null: the words are no longer in the text */
  ranges: Map<string, Range | null>
  active: string | null
  /** the passage that is being commented or picked */
  pending: Range | null
  /** position of the block that a tap has lifted */
  lifted: number | null
  decorations: DecorationSet
  stale: boolean
}

type Meta = Partial<Pick<HighlightState, 'threads' | 'active' | 'pending' | 'lifted'>> & { refresh?: boolean }

export const highlightsKey = new PluginKey<HighlightState>('koprade-highlights')

/** ms of quiet after which lost passages are searched by their quote */
const SEARCH_PAUSE = 400

export function updateHighlights (view: EditorView, meta: Meta): void {
  view.dispatch(view.state.tr.setMeta(highlightsKey, meta).setMeta('addToHistory', false))
}

export const rangesOf = (state: EditorState): Map<string, Range | null> =>
  highlightsKey.getState(state)?.ranges ?? new Map<string, Range | null>()
/** Somebody is writing a comment on a passage, or has just picked one. */
export const isPassagePending = (state: EditorState): boolean => !!highlightsKey.getState(state)?.pending
export const activeThread = (state: EditorState): string | null => highlightsKey.getState(state)?.active ?? null

function resolveAll (state: EditorState, threads: ThreadMark[], generation: string): Map<string, Range | null> {
  return new Map(threads.filter(thread => thread.anchor.block_id || thread.anchor.quote)
    .map(thread => [thread.id, resolveAnchor(state, thread.anchor, generation)]))
}

const mapRange = (tr: Transaction, range: Range | null): Range | null => {
  if (!range) return null
  const from = tr.mapping.map(range.from, 1)
  const to = tr.mapping.map(range.to, -1)
  return from < to || range.from === range.to ? { from, to: Math.max(from, to) } : null
}

function decorate (state: EditorState, value: Omit<HighlightState, 'decorations' | 'stale'>): DecorationSet {
  const decorations: Decoration[] = []
  for (const thread of value.threads) {
    const range = value.ranges.get(thread.id)
    if (!range || range.from >= range.to) continue
    const classes = ['comment-mark', `comment-mark-${thread.status || 'open'}`]
    if (thread.outcome) classes.push('comment-mark-answered')
    if (thread.id === value.active) classes.push('comment-mark-active')
    decorations.push(Decoration.inline(range.from, range.to, { nodeName: 'mark', class: classes.join(' '), 'data-thread': thread.id },
      { thread: thread.id }))
  }
  if (value.pending && value.pending.from < value.pending.to) {
    decorations.push(Decoration.inline(value.pending.from, value.pending.to, { class: 'comment-pending' }))
  }
  if (value.lifted !== null) {
    const node = state.doc.nodeAt(value.lifted)
    if (node) decorations.push(Decoration.node(value.lifted, value.lifted + node.nodeSize, { class: 'block-lifted' }))
  }
  return DecorationSet.create(state.doc, decorations)
}

function next (tr: Transaction, value: HighlightState, state: EditorState, generation: string): HighlightState {
  const meta = tr.getMeta(highlightsKey) as Meta | undefined
  const remote = ySyncPluginKey.getState(state)?.isChangeOrigin === true
  if (!meta && !tr.docChanged && !remote) return value
  const { refresh, ...changes } = meta ?? {}
  const merged = { ...value, ...changes }
  let stale = value.stale
  if (tr.docChanged) {
    merged.pending = mapRange(tr, merged.pending)
    merged.lifted = merged.lifted === null ? null : tr.mapping.map(merged.lifted)
  }
  if (refresh || changes.threads) {
    merged.ranges = resolveAll(state, merged.threads, generation)
    stale = false
  } else if (tr.docChanged && remote) {
    // only the quick way now; what it does not find is searched in a pause
    merged.ranges = new Map(merged.threads.map(thread =>
      [thread.id, thread.anchor.relative_start && value.ranges.get(thread.id)
        ? resolveAnchor(state, { ...thread.anchor, block_id: '', quote: '' }, generation)
        : null]))
    stale = true
  } else if (tr.docChanged) {
    merged.ranges = new Map([...value.ranges].map(([id, range]) => [id, mapRange(tr, range)]))
    stale = true
  }
  return { ...merged, decorations: decorate(state, merged), stale }
}

/** `onThread` is called when somebody clicks marked words. */
export function highlightsPlugin (generation: string, onThread: (id: string) => void): Plugin<HighlightState> {
  return new Plugin<HighlightState>({
    key: highlightsKey,
    state: {
      init: () => ({
        threads: [], ranges: new Map(), active: null, pending: null, lifted: null, decorations: DecorationSet.empty, stale: false
      }),
      apply: (tr, value, _old, state) => next(tr, value, state, generation)
    },
    props: {
      decorations: state => highlightsKey.getState(state)?.decorations,
      handleClick (_view, _pos, event) {
        const mark = (event.target as Element | null)?.closest?.('mark[data-thread]')
        if (mark instanceof HTMLElement && mark.dataset.thread) onThread(mark.dataset.thread)
        return false
      }
    },
    view (view) {
      let timer: ReturnType<typeof setTimeout> | undefined
      return {
        update () {
          if (!highlightsKey.getState(view.state)?.stale) return
          clearTimeout(timer)
          timer = setTimeout(() => { if (!view.isDestroyed) updateHighlights(view, { refresh: true }) }, SEARCH_PAUSE)
        },
        destroy () { clearTimeout(timer) }
      }
    }
  })
}
