import type { Random } from '../random/random'

/** How often and how patiently a request is tried. Times in milliseconds. */
export interface RetryPace {
  readonly tries: number
  /** Wait before the second try; doubles with each, up to `longest`. */
  readonly shortest: number
  readonly longest: number
  /** For one try, from sending to the end of the body. */
  readonly timeout: number
}

/** Five tries, from half a second to half a minute apart. @source docs/reference/protocols.md, section 4.1 */
export const RETRY_PACE: RetryPace = { tries: 5, shortest: 500, longest: 30_000, timeout: 30_000 }

const BYTE = 256
const SECOND = 1000

/** Milliseconds to wait after a failed try (1 for the first): between half and all of the doubled time, at random. */
export const backOff = ({ shortest, longest }: RetryPace, failed: number, random: Random): number => {
  const most = Math.min(longest, shortest * 2 ** (failed - 1))
  const [byte = 0] = random.bytes(1)
  return Math.round((most / 2) * (1 + byte / BYTE))
}

/** What a service asks to wait by `Retry-After` in seconds, up to the pace's longest wait; nothing for another text. */
export const askedWait = ({ longest }: RetryPace, header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,6}$/.test(header) ? Math.min(longest, Number(header) * SECOND) : undefined
