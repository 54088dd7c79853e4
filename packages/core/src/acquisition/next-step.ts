import type { CoreFault } from '../fault/core-fault'
import type { NextStep } from './acquisition-event'

/** Reasons that end an acquisition without being the outside world's failure, with what to do next (LI-63). */
const STEPS: ReadonlyMap<string, NextStep> = new Map<string, NextStep>([
  // NS_E_DRM_NO_RIGHTS and NS_E_DRM_LICENSE_NOTACQUIRED: both say that only the other way works (C-17).
  ['NoRight', 'non-silent'],
  ['LicenseUnavailable', 'non-silent'],
  ['NotSilent', 'non-silent'],
  // A challenge that nobody answered in time: it is made anew.
  ['SessionExpired', 'non-silent'],
  // NS_E_DRM_LICENSE_STORE_ERROR: what came could not be stored (C-17).
  ['LicenseExists', 'non-silent'],
  ['LicenseRevoked', 'non-silent'],
  ['StoreLocked', 'non-silent'],
  ['StoreUnavailable', 'non-silent'],
  ['DiskFull', 'non-silent'],
  ['RevisionConflict', 'non-silent'],
  ['ModelConflict', 'non-silent'],
  // NS_E_DRM_NEEDS_INDIVIDUALIZATION
  ['IndividualizationRequired', 'individualize'],
  ['NotIndividualized', 'individualize'],
  ['AuthorityUnknown', 'individualize'],
  ['CredentialInvalid', 'individualize'],
])

/** What to do after a refusal for a reason. */
export const nextStep = (reason: string): NextStep => STEPS.get(reason) ?? 'report'

/** The reason of a fault that refuses an acquisition: a word of the service, or one that has a next step; nothing for a failure. */
export const refusalReason = (fault: CoreFault): string | undefined => {
  if (fault.type === 'ServiceRefused') return fault.reason
  return STEPS.has(fault.type) ? fault.type : undefined
}
