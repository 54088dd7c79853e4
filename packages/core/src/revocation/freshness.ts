import type { RevocationKind } from './revocation-kind'
import type { RevocationState } from './revocation-state'

/**
 * How far what is stored may be relied on: `fresh` until its next version is due, `grace` for seven days after, then
 * `stale`; `none` when nothing of the kind is stored.
 */
export type Freshness = 'fresh' | 'grace' | 'stale' | 'none'

/** Seven days in microseconds. @source docs/reference/protocols.md, section 6 */
const GRACE = 7 * 24 * 3600 * 1_000_000

/**
 * The freshness of one list or of the revocation information. A list that the information has superseded is stale at
 * once: whoever withholds the newer one gains nothing.
 *
 * @param now trusted time, microseconds since 1970.
 */
export const freshness = (state: RevocationState, kind: RevocationKind | 'information', now: number): Freshness => {
  const stored = kind === 'information' ? state.information : state.lists.get(kind)
  if (stored === null || stored === undefined) return 'none'
  if (kind !== 'information' && stored.version < (state.information?.lists.get(kind)?.version ?? 0n)) return 'stale'
  if (now <= stored.nextUpdate) return 'fresh'
  return now <= stored.nextUpdate + GRACE ? 'grace' : 'stale'
}
