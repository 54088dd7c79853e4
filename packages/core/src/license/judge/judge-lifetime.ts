import type { HeldLicense } from '../held-license'
import { termsOf } from '../license-terms'
import { refusal, type Refusal } from '../refusal'

/** How long a license lasts as a whole, or why it does not any more. */
export type Lifetime =
  | { readonly type: 'lasts'; /** Microseconds since 1970; infinite without an end. */ readonly until: number }
  | { readonly type: 'over'; readonly refusal: Refusal }

const HOUR = 3600 * 1_000_000

/**
 * Judges the expiry in hours, after the first use of any right or after storing (LI-20). The last moment is inside, as the
 * end of a window is.
 *
 * @param now microseconds since 1970. Before the first use the end is what it would be if that were now.
 */
export const judgeLifetime = ({ license, state }: HeldLicense, now: number): Lifetime => {
  const { afterFirstUse, afterStore } = termsOf(license.document)
  if (afterStore !== Number.POSITIVE_INFINITY && state.storedAt === null) {
    return { type: 'over', refusal: refusal('StandingUnknown', 'R6', 'it is not known when the license was stored') }
  }
  const stored = (state.storedAt ?? now) + afterStore
  const used = (state.firstUsedAt ?? now) + afterFirstUse
  if (now > stored) {
    return { type: 'over', refusal: refusal('Expired', 'LI-20', `the license ended ${afterStore / HOUR} hours after it was stored`) }
  }
  if (now > used) {
    const text = `the license ended ${afterFirstUse / HOUR} hours after its first use`
    return { type: 'over', refusal: refusal('Expired', 'LI-20', text) }
  }
  return { type: 'lasts', until: Math.min(stored, used) }
}
