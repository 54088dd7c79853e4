import { performance } from 'node:perf_hooks'

import type { Clock } from './clock'

const MICROSECONDS_PER_MILLISECOND = 1000

/**
 * The computer's time, as a monotonic clock laid over the process's start: it never steps back, and a change of the
 * computer's clock during a run shows as a difference from it. Time that the computer sleeps may be missing.
 */
export const systemClock: Clock = {
  now: () => Math.floor((performance.timeOrigin + performance.now()) * MICROSECONDS_PER_MILLISECOND),
}
