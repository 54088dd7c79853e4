import type { Circumstances, Take } from '../evaluation'
import type { HeldLicense } from '../held-license'
import { termsOf } from '../license-terms'
import { refusal, type Refusal } from '../refusal'
import { judgeClock } from './judge-clock'
import { judgeLifetime } from './judge-lifetime'
import { judgeRequirements } from './judge-requirements'
import { judgeStanding } from './judge-standing'
import { judgeWindows } from './judge-windows'

/** What one link of a chain says, or a license that is no chain. */
export type LinkVerdict =
  | { readonly type: 'allows'; readonly take: Take; /** Infinite without an end. */ readonly until: number }
  | { readonly type: 'refuses'; readonly refusals: ReadonlyArray<Refusal> }

const refuses = (...refusals: ReadonlyArray<Refusal>): LinkVerdict => ({ type: 'refuses', refusals })

/** Judges all that one document states for an action, but its levels and its place in a chain. */
export const judgeLink = (held: HeldLicense, action: string, circumstances: Circumstances): LinkVerdict => {
  const { license, state } = held
  const { document, issuer, lid, keyId } = license
  const standing = judgeStanding(state)
  if (standing !== undefined) return refuses(standing)
  const terms = termsOf(document)
  if (!terms.known) {
    return refuses(refusal('LicenseContentUnknown', 'R6', 'the license states something that this version does not know'))
  }
  const right = terms.rights.get(action)
  if (right === undefined) return refuses(refusal('NoRight', 'LI-1', `the license does not grant ${action}`))
  const unmet = judgeRequirements(document, circumstances.device)
  const clock = judgeClock(circumstances, issuer, right.timed)
  // Against a time that cannot be believed no date says anything.
  if (clock !== undefined) return refuses(...unmet, clock)
  const lifetime = judgeLifetime(held, circumstances.now)
  const windows = judgeWindows(action, right, state.usage, circumstances.now)
  if (unmet.length === 0 && lifetime.type === 'lasts' && windows.type === 'open') {
    const { window, until } = windows
    return { type: 'allows', take: { issuer, lid, keyId, window }, until: Math.min(lifetime.until, until) }
  }
  return refuses(
    ...unmet,
    ...(lifetime.type === 'over' ? [lifetime.refusal] : []),
    ...(windows.type === 'closed' ? windows.refusals : [])
  )
}
