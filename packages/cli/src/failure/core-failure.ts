import type { CoreFault, GrantFault } from '@custody/core/fault'

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
      return failure(EXIT.outside, `cannot use ${fault.place} as a home: ${fault.code}`)
    case 'StoreLocked':
      return failure(EXIT.outside, `${fault.place} is locked by another process; run the command again`)
    case 'StoreUnavailable':
      return failure(EXIT.outside, `cannot use the log at ${fault.place}: ${fault.code}`)
    case 'DiskFull':
      return failure(EXIT.outside, `no space left for the log at ${fault.place}`)
    case 'RevisionConflict':
      return failure(EXIT.outside, `another process changed ${fault.stream} at the same moment; run the command again`)
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
    case 'GrantForged':
    case 'GrantUsed':
    case 'GrantExpired':
    case 'HandleStale':
    case 'CounterRangeExhausted':
      return grantFailure(fault)
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
