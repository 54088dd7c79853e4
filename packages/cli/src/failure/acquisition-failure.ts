import type { AcquisitionFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, refused } = EXIT

/** Faults of acquisitions. */
export const ACQUISITION_LINES: FaultLines<AcquisitionFault> = {
  Acquiring: () => failure(refused, 'another acquisition runs on this home (LI-65)'),
  LicenseUrlMissing: () => failure(badInput, 'the content does not say where its license is; name a license server (LI-62)'),
}
