import type { CertificateFault, RevocationFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, refused } = EXIT

/** Faults of certificates and of what revokes them. */
export const CERTIFICATE_LINES: FaultLines<CertificateFault | RevocationFault> = {
  CertificateInvalid: ({ where, why }) => failure(badInput, `certificate ${where}: ${why}`),
  CertificateExpired: ({ serial, until }) => failure(refused, `the certificate ${serial} ended at ${until}`),
  CertificateRevoked: ({ thumbprint }) => failure(refused, `the certificate ${thumbprint} is revoked`),
  LevelInadequate: ({ level, least }) => failure(refused, `the certificate has level ${level}, ${least} is needed`),
  RevocationMalformed: ({ where, expected, found }) =>
    failure(badInput, `revocation list ${where}: expected ${expected}, found ${found}`),
  RevocationRolledBack: ({ kind, stored, found }) =>
    failure(refused, `the revocation list ${kind} has version ${found}, stored is ${stored} (RV-13)`),
  RevocationForked: ({ kind, version }) =>
    failure(refused, `another revocation list ${kind} of the stored version ${version}: one of them is false`),
  RevocationStale: ({ kind, since }) =>
    failure(refused, `the revocation list ${kind} is out of date since ${since ?? 'ever'}; refresh it`),
  RevocationTooOld: ({ stored, least }) =>
    failure(refused, `revocation information ${least} is needed, stored is ${stored ?? 'none'} (RV-6)`),
}
