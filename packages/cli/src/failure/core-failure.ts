import type { CertificateFault, CoreFault, GrantFault, LicenseFault, RevocationFault } from '@custody/core/fault'

import { failure, type CommandFailure } from './command-failure'
import { EXIT } from './exit-code'

/** Tells a fault of core to the user. */
export const coreFailure = (fault: CoreFault): CommandFailure => {
  switch (fault.type) {
    case 'BadInput':
      return failure(EXIT.badInput, `${fault.where}: expected ${fault.expected}, found ${fault.found}`)
    case 'LicenseMalformed':
      return failure(EXIT.badInput, `license ${fault.where}: expected ${fault.expected}, found ${fault.found}`)
    case 'LicenseTooLarge':
      return failure(EXIT.badInput, `the license has ${String(fault.bytes)} bytes; the limit is ${String(fault.limit)}`)
    case 'LicenseSignatureInvalid':
      return failure(EXIT.badInput, 'the license was changed: its signature does not fit its text')
    case 'LicenseVersionUnknown':
      return failure(EXIT.badInput, `unsupported: a license of version ${fault.version}`)
    case 'KeyMismatch':
      return failure(EXIT.badInput, 'the key is not the one that the license of this key ID commits to (IM-10)')
    case 'EnvelopeDamaged':
      return failure(EXIT.badInput, `the key of ${fault.lid} is missing from the log or damaged there; restore it from a backup`)
    case 'LicenseIssuerUnknown':
      return failure(EXIT.refused, `the license was issued by ${fault.issuer}, which this home does not trust`)
    case 'LicenseUnknown':
      return failure(EXIT.refused, `no license ${fault.lid} in this home`)
    case 'BindingMismatch':
      return failure(EXIT.refused, `the keys of ${fault.place} belong to another computer (IN-18): individualize, then restore`)
    case 'HomeCopied':
      return failure(EXIT.refused, `${fault.place} is a copy of ${fault.original} (IN-18): individualize, then restore`)
    case 'KeystoreMissing':
      return failure(EXIT.refused, `${fault.place} is missing; individualize, then restore`)
    case 'KeystoreDamaged':
      return failure(EXIT.badInput, `${fault.place} is damaged or none of this home; individualize, then restore`)
    case 'SealBroken':
      return failure(EXIT.badInput, 'the keystore of this home is damaged; individualize, then restore')
    case 'HomeUnwritable':
      return failure(EXIT.outside, `cannot use ${fault.place} for a home: ${fault.code}`)
    case 'StoreLocked':
      return failure(EXIT.outside, `${fault.place} is locked by another process; run the command again`)
    case 'StoreUnavailable':
      return failure(EXIT.outside, `cannot use the log at ${fault.place}: ${fault.code}`)
    case 'DiskFull':
      return failure(EXIT.outside, `no space left for the log at ${fault.place}`)
    case 'RevisionConflict':
      return failure(EXIT.outside, `another process changed ${fault.stream} at the same moment; run the command again`)
    case 'ModelConflict':
      return failure(EXIT.outside, `another process changed ${fault.model} ${fault.key} at the same moment; run the command again`)
    case 'LogTruncated':
      return failure(
        EXIT.badInput,
        `the log was cut off or rolled back: it ends at record ${String(fault.have)}, an anchor vouches for ${String(fault.anchored)}`
      )
    case 'ModelBroken':
      return failure(
        EXIT.badInput,
        `the read model ${fault.model} differs from the log at ${fault.key} ${fault.id}, record ${String(fault.position)}`
      )
    case 'StateBroken':
      return failure(EXIT.badInput, `the table ${fault.table} was changed at ${fault.key}: its check does not fit`)
    case 'LogNewerVersion':
      return failure(
        EXIT.badInput,
        `the log at ${fault.place} was written by a newer custody (${String(fault.found)}, this one knows ${String(fault.known)})`
      )
    case 'LogBroken':
      return failure(
        EXIT.badInput,
        `the log is broken at record ${String(fault.position)}: expected ${fault.expected}, found ${fault.found}`
      )
    case 'EventUnreadable':
      return failure(EXIT.badInput, `record ${String(fault.position)} of the log (${fault.eventType}) cannot be read: ${fault.why}`)
    case 'LicenseExists':
    case 'LicenseIssuerRevoked':
    case 'LicenseRevoked':
    case 'LicensePermanent':
    case 'LicenseNotSavable':
    case 'LicenseAmbiguous':
    case 'ChainTooLong':
    case 'UplinkMissing':
    case 'LicenseDeletionFailed':
      return vaultFailure(fault)
    case 'CertificateInvalid':
    case 'CertificateExpired':
    case 'CertificateRevoked':
    case 'LevelInadequate':
      return certificateFailure(fault)
    case 'RevocationMalformed':
    case 'RevocationRolledBack':
    case 'RevocationForked':
    case 'RevocationStale':
    case 'RevocationTooOld':
      return revocationFailure(fault)
    case 'Erased':
      return failure(EXIT.refused, `the personal data of ${fault.subject} was erased`)
    case 'GrantForged':
    case 'GrantUsed':
    case 'GrantExpired':
    case 'HandleStale':
    case 'CounterRangeExhausted':
      return grantFailure(fault)
  }
}

type VaultFault = Extract<
  LicenseFault,
  {
    readonly type:
      | 'LicenseExists'
      | 'LicenseIssuerRevoked'
      | 'LicenseRevoked'
      | 'LicensePermanent'
      | 'LicenseNotSavable'
      | 'LicenseAmbiguous'
      | 'ChainTooLong'
      | 'UplinkMissing'
      | 'LicenseDeletionFailed'
  }
>

const vaultFailure = (fault: VaultFault): CommandFailure => {
  switch (fault.type) {
    case 'LicenseExists':
      return failure(EXIT.refused, `the license ${fault.lid} is in this home already`)
    case 'LicenseIssuerRevoked':
      return failure(EXIT.refused, `the issuer ${fault.issuer} is revoked (RV-2)`)
    case 'LicenseRevoked':
      return failure(EXIT.refused, `the license ${fault.lid} was revoked and does not come back (BR-23)`)
    case 'LicensePermanent':
      return failure(
        EXIT.refused,
        `the license ${fault.lid} is permanent: it goes by a revocation or deletion message of its issuer, or by --force (LI-44)`
      )
    case 'LicenseNotSavable':
      return failure(EXIT.refused, `the license ${fault.lid} cannot be made permanent (LI-43)`)
    case 'LicenseAmbiguous':
      return failure(EXIT.refused, `several issuers use the license id ${fault.lid}: ${fault.issuers.join(', ')}`)
    case 'ChainTooLong':
      return failure(EXIT.refused, `the uplink license ${fault.keyId} is chained itself; a chain has two links (LI-59)`)
    case 'UplinkMissing':
      return failure(EXIT.refused, `the root license ${fault.keyId} of this chain is missing (LI-59)`)
    case 'LicenseDeletionFailed':
      return failure(EXIT.refused, `nothing was deleted: ${fault.why} (LI-49)`)
  }
}

const certificateFailure = (fault: CertificateFault): CommandFailure => {
  switch (fault.type) {
    case 'CertificateInvalid':
      return failure(EXIT.badInput, `certificate ${fault.where}: ${fault.why}`)
    case 'CertificateExpired':
      return failure(EXIT.refused, `the certificate ${fault.serial} ended at ${fault.until}`)
    case 'CertificateRevoked':
      return failure(EXIT.refused, `the certificate ${fault.thumbprint} is revoked`)
    case 'LevelInadequate':
      return failure(EXIT.refused, `the certificate has level ${String(fault.level)}, ${String(fault.least)} is needed`)
  }
}

const revocationFailure = (fault: RevocationFault): CommandFailure => {
  switch (fault.type) {
    case 'RevocationMalformed':
      return failure(EXIT.badInput, `revocation list ${fault.where}: expected ${fault.expected}, found ${fault.found}`)
    case 'RevocationRolledBack':
      return failure(EXIT.refused, `the revocation list ${fault.kind} has version ${fault.found}, stored is ${fault.stored} (RV-13)`)
    case 'RevocationForked':
      return failure(EXIT.refused, `another revocation list ${fault.kind} of the stored version ${fault.version}: one of them is false`)
    case 'RevocationStale':
      return failure(EXIT.refused, `the revocation list ${fault.kind} is out of date since ${fault.since ?? 'ever'}; refresh it`)
    case 'RevocationTooOld':
      return failure(EXIT.refused, `revocation information ${fault.least} is needed, stored is ${fault.stored ?? 'none'} (RV-6)`)
  }
}

const grantFailure = (fault: GrantFault): CommandFailure => {
  switch (fault.type) {
    case 'GrantForged':
      return failure(EXIT.refused, `no authorisation was presented, but ${fault.what}`)
    case 'GrantUsed':
      return failure(EXIT.refused, 'the authorisation was used before; run the command again for a new one')
    case 'GrantExpired':
      return failure(EXIT.refused, 'the authorisation has expired, or its use was taken back; run the command again')
    case 'HandleStale':
      return failure(EXIT.refused, 'this computer was individualized meanwhile; run the command again')
    case 'CounterRangeExhausted':
      return failure(EXIT.refused, `key ${fault.keyId} has no counters left in this home; protect under another key`)
  }
}
