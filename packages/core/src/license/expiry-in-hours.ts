import type { Conditions } from './conditions'

/** The same conditions with an expiry in hours after the first use; one after storing goes, the last one set wins (LI-20). */
export const expireAfterFirstUse = (conditions: Conditions, hours: number): Conditions => {
  const { afterStoreHours: _, ...rest } = conditions
  return { ...rest, afterFirstUseHours: hours }
}

/** The same conditions with an expiry in hours after storing; one after the first use goes, the last one set wins (LI-20). */
export const expireAfterStore = (conditions: Conditions, hours: number): Conditions => {
  const { afterFirstUseHours: _, ...rest } = conditions
  return { ...rest, afterStoreHours: hours }
}
