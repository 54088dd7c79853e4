import type { CoreFault } from '@custody/core/fault'

/** HTTP status of each reason that this service refuses for. */
const STATUS = {
  BadInput: 400,
  NonceRequired: 401,
  ProofInvalid: 401,
  CertificateInvalid: 403,
  CertificateRevoked: 403,
  DeviceCloned: 403,
  ConsentMissing: 403,
  GuardWrong: 403,
  SessionExpired: 410,
  IdempotencyConflict: 409,
  BackupDamaged: 422,
  ForeignBackup: 422,
  SealBroken: 422,
  RateLimited: 429,
} as const

/** A tag of docs/reference/protocols.md, section 11. */
export type RefusalTag = keyof typeof STATUS

/** A request that is refused as a whole. */
export interface Refused {
  readonly type: 'Refused'
  readonly status: number
  readonly reason: RefusalTag
  /** One line for a person, without secrets. */
  readonly text: string
}

/** Why a request has no answer: the service says no, or it cannot work. */
export type ManagementFault = Refused | CoreFault

/** A refusal with the status that goes with its reason. */
export const refused = (reason: RefusalTag, text: string): Refused => ({ type: 'Refused', status: STATUS[reason], reason, text })

/** For a computer whose key is on a list, whatever it asks for. */
export const computerRevoked = refused('CertificateRevoked', 'this computer was revoked')
