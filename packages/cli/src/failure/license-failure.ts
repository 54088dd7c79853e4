import type { LicenseFault } from '@custody/core/fault'

import { failure } from './command-failure'
import { EXIT } from './exit-code'
import type { FaultLines } from './fault-lines'

const { badInput, refused } = EXIT

/** Faults of license documents, and what the vault does not do. */
export const LICENSE_LINES: FaultLines<LicenseFault> = {
  LicenseMalformed: ({ where, expected, found }) => failure(badInput, `license ${where}: expected ${expected}, found ${found}`),
  LicenseTooLarge: ({ bytes, limit }) => failure(badInput, `the license has ${bytes} bytes; the limit is ${limit}`),
  LicenseSignatureInvalid: () => failure(badInput, 'the license was changed: its signature does not fit its text'),
  LicenseVersionUnknown: ({ version }) => failure(badInput, `unsupported: a license of version ${version}`),
  KeyMismatch: () => failure(badInput, 'the key is not the one that the license of this key ID commits to (IM-10)'),
  EnvelopeDamaged: ({ lid }) =>
    failure(badInput, `the key of ${lid} is missing from the log or damaged there; restore it from a backup`),
  LicenseIssuerUnknown: ({ issuer }) => failure(refused, `the license was issued by ${issuer}, which this home does not trust`),
  LicenseUnknown: ({ lid }) => failure(refused, `no license ${lid} in this home`),
  LicenseExists: ({ lid }) => failure(refused, `the license ${lid} is in this home already`),
  LicenseIssuerRevoked: ({ issuer }) => failure(refused, `the issuer ${issuer} is revoked (RV-2)`),
  LicenseRevoked: ({ lid }) => failure(refused, `the license ${lid} was revoked and does not come back (BR-23)`),
  LicensePermanent: ({ lid }) =>
    failure(
      refused,
      `the license ${lid} is permanent: it goes by a revocation or deletion message of its issuer, or by --force (LI-44)`
    ),
  LicenseNotSavable: ({ lid }) => failure(refused, `the license ${lid} cannot be made permanent (LI-43)`),
  LicenseAmbiguous: ({ lid, issuers }) => failure(refused, `several issuers use the license id ${lid}: ${issuers.join(', ')}`),
  ChainTooLong: ({ keyId }) => failure(refused, `the uplink license ${keyId} is chained itself; a chain has two links (LI-59)`),
  UplinkMissing: ({ keyId }) => failure(refused, `the root license ${keyId} of this chain is missing (LI-59)`),
  LicenseDeletionFailed: ({ why }) => failure(refused, `nothing was deleted: ${why} (LI-49)`),
}
