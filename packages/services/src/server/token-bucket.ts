import type { Clock } from '@custody/core/clock'

import type { Rate } from './service-limits'

/** Takes one from the bucket of a name. @returns 0 where there was one, else the whole seconds after which there is. */
export type TokenBuckets = (name: string) => number

interface Bucket {
  readonly tokens: number
  readonly at: number
}

const SECOND = 1_000_000
/** Buckets that are kept; beyond, the one that was asked the longest time ago is forgotten, and so is full again. */
const MOST_BUCKETS = 100_000

/** Buckets that fill at a rate, one for each name. In memory: each instance counts for itself. */
export const tokenBuckets = (clock: Clock, { perSecond, burst }: Rate): TokenBuckets => {
  const buckets = new Map<string, Bucket>()
  return (name) => {
    const now = clock.now()
    const { tokens, at } = buckets.get(name) ?? { tokens: burst, at: now }
    const filled = Math.min(burst, tokens + (Math.max(0, now - at) / SECOND) * perSecond)
    buckets.delete(name)
    buckets.set(name, { tokens: filled >= 1 ? filled - 1 : filled, at: now })
    const [oldest] = buckets.size > MOST_BUCKETS ? buckets.keys() : []
    if (oldest !== undefined) buckets.delete(oldest)
    return filled >= 1 ? 0 : Math.max(1, Math.ceil((1 - filled) / perSecond))
  }
}
