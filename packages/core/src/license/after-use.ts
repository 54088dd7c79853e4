import type { Allowed, Take } from './evaluation'
import type { HeldLicense } from './held-license'
import type { LicenseState } from './license-state'
import { usageKey } from './usage'

const counted = (state: LicenseState, action: string, take: Take | undefined, now: number): LicenseState => {
  if (take === undefined) return state
  const firstUsedAt = state.firstUsedAt ?? now
  if (take.window === null) return { ...state, firstUsedAt }
  const key = usageKey(action, take.window)
  return { ...state, firstUsedAt, usage: new Map(state.usage).set(key, (state.usage.get(key) ?? 0) + 1) }
}

/**
 * What one use would leave: the count of each link falls by one (LI-17, LI-58), and the hours after the first use begin
 * (LI-20). Only the vault's log makes it so; this says it beforehand.
 *
 * @param now microseconds since 1970, when the key would be released.
 */
export const afterUse = (held: HeldLicense, action: string, { takes }: Allowed, now: number): HeldLicense => {
  const [own, above] = takes
  const { license, root } = held
  const state = counted(held.state, action, own, now)
  return root === undefined
    ? { license, state }
    : { license, state, root: { ...root, state: counted(root.state, action, above, now) } }
}
