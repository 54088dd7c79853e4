import type { CoreFault } from '@custody/core/fault'

import { ACQUISITION_LINES } from './acquisition-failure'
import { BACKUP_LINES } from './backup-failure'
import { CERTIFICATE_LINES } from './certificate-failure'
import { failure, type CommandFailure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'
import { GRANT_LINES } from './grant-failure'
import { INDIVIDUALIZATION_LINES } from './individualization-failure'
import { KEYSTORE_LINES } from './keystore-failure'
import { LICENSE_LINES } from './license-failure'
import { SERVICE_LINES } from './service-failure'
import { STORE_LINES } from './store-failure'

const CORE_LINES: FaultLines<CoreFault> = {
  ...STORE_LINES,
  ...KEYSTORE_LINES,
  ...LICENSE_LINES,
  ...CERTIFICATE_LINES,
  ...GRANT_LINES,
  ...SERVICE_LINES,
  ...BACKUP_LINES,
  ...INDIVIDUALIZATION_LINES,
  ...ACQUISITION_LINES,
  Erased: ({ subject }) => failure(EXIT.refused, `the personal data of ${subject} was erased`),
  BadInput: ({ where, expected, found }) => failure(EXIT.badInput, `${where}: expected ${expected}, found ${found}`),
}

/** Tells a fault of core to the user. */
export const coreFailure = (fault: CoreFault): CommandFailure => {
  // The entry under a tag takes the fault of that tag, which the compiler cannot follow.
  const told = CORE_LINES[fault.type] as (fault: CoreFault) => CommandFailure
  return told(fault)
}
