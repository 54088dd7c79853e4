import type { IndividualizationFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, outside, refused } = EXIT

/** Faults of individualizations. */
export const INDIVIDUALIZATION_LINES: FaultLines<IndividualizationFault> = {
  Individualizing: () => failure(refused, 'another security upgrade runs on this home (IN-10)'),
  NotIndividualized: () => failure(refused, 'this home is not individualized (IN-3); run custody individualize'),
  CredentialInvalid: ({ why }) => failure(badInput, `the credential from the service is not believed: ${why}`),
  PackageDescriptorInvalid: ({ why }) => failure(badInput, `the description of the security package is not believed: ${why}`),
  PackageLeafInvalid: ({ leaf }) => failure(outside, `part ${leaf} of the security package arrives damaged each time`),
  PackageSignatureInvalid: ({ part, why }) => failure(badInput, `the security package is not believed: ${part}: ${why}`),
  InstallIncomplete: ({ why }) =>
    failure(outside, `the security upgrade could not be installed: ${why}; the former one stays in force (IN-31)`),
}
