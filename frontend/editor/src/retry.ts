/** When to connect again: so that a restarted server gets its people back in a stream and not in a flood. */

const FIRST_RETRY = 4000
const LONGEST_RETRY = 15_000
/** the server asked for a pause */
const PAUSE = 5000

export const FULL = 4503
export const TOO_FAST = 4529

export interface Failure {
  /** failures before this one */
  attempt: number
  /** close code, if there was one */
  code?: number
  /** a tab that nobody looks at may wait: it connects at once when it is looked at */
  hidden: boolean
}

/**
 * ms to wait, at most 15 s. "Full jitter": any moment up to a bound that doubles with each failure, so that those who
 * lost their connection together do not return together.
 */
export function retryDelay ({ attempt, code, hidden }: Failure, random: () => number): number {
  const pause = code === TOO_FAST || code === FULL ? PAUSE : 0
  const bound = hidden || pause ? LONGEST_RETRY : Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** attempt)
  return pause + random() * (bound - pause)
}
