/**
 * Notices that a connection is dead although nobody said so: a lid was closed, a train went into a tunnel, a router forgot
 * the connection. Silence alone proves nothing, so the server is asked for a sign of life first.
 */

/** ms between looks; a look that comes much later means that this device slept */
const BEAT = 2000
const SLEPT = 4 * BEAT
/** ms of silence after which the server is asked; our own presence comes back every 15 s */
const SILENCE = 20_000
/** the same while something waits for its receipt */
const SILENCE_WAITING = 6000
/** ms that the server has to answer */
const ANSWER = 4000
/** ms that opening a connection may take */
const OPENING = 10_000

export interface Patient {
  state: () => 'none' | 'opening' | 'open'
  /** when the last frame came, or when opening began (ms since 1970) */
  heardAt: () => number
  /** something was sent that is not confirmed */
  isWaiting: () => boolean
  /** asks the server for any frame */
  ask: () => void
  /** the connection is dead: make a new one at once */
  dead: () => void
  /** there is none: do not wait any longer for the next try */
  hurry: () => void
  /** comes with each look */
  looked: (now: number) => void
}

export class Pulse {
  private lastLook = Date.now()
  private askedAt = 0
  private readonly timer: ReturnType<typeof setInterval>
  private answerTimer: ReturnType<typeof setTimeout> | undefined

  constructor (private readonly patient: Patient) {
    this.timer = setInterval(() => this.look(), BEAT)
    if (typeof window === 'undefined') return
    window.addEventListener('online', this.check)
    document.addEventListener('visibilitychange', this.seen)
    document.addEventListener('resume', this.check)
  }

  stop (): void {
    clearInterval(this.timer)
    clearTimeout(this.answerTimer)
    if (typeof window === 'undefined') return
    window.removeEventListener('online', this.check)
    document.removeEventListener('visibilitychange', this.seen)
    document.removeEventListener('resume', this.check)
  }

  /** Something happened that may have cut the connection: find out now. */
  readonly check = (): void => {
    if (this.patient.state() === 'none') this.patient.hurry()
    else if (this.patient.state() === 'open') this.ask()
  }

  private readonly seen = (): void => { if (!document.hidden) this.check() }

  /** Looks now; the timer does it too. */
  look (): void {
    const { patient } = this
    const now = Date.now()
    const slept = now - this.lastLook > SLEPT
    this.lastLook = now
    patient.looked(now)
    // frames that came during the sleep are handed over after this: only an unanswered question tells
    if (slept) return this.check()
    const silent = now - patient.heardAt()
    if (patient.state() === 'opening' && silent > OPENING) patient.dead()
    else if (patient.state() === 'open' && silent > (patient.isWaiting() ? SILENCE_WAITING : SILENCE)) this.ask()
  }

  private ask (): void {
    if (this.askedAt) return
    this.askedAt = Date.now()
    this.patient.ask()
    const asked = this.askedAt
    this.answerTimer = setTimeout(() => {
      this.askedAt = 0
      if (this.patient.state() === 'open' && this.patient.heardAt() < asked) this.patient.dead()
    }, ANSWER)
  }
}
