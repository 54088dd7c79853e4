import type { KeyObject } from 'node:crypto'

import type { IssuerId } from '../identity/issuer-id'
import type { SystemId } from '../identity/system-id'
import type { CertificateUse } from './certificate-document'

/** A certificate whose signature, dates and place in a chain were checked. Whether it is revoked is asked separately. */
export interface CheckedCertificate {
  readonly serial: string
  readonly use: CertificateUse
  readonly subject: string
  readonly level: number
  /** Public key on P-256. */
  readonly key: KeyObject
  /** RSA key of a receiver that knows no other. */
  readonly wrapKey?: KeyObject
  /** Thumbprint of the key, by which revocation lists name it. */
  readonly thumbprint: IssuerId
  /** Thumbprint of the key that signed the certificate. */
  readonly issuer: IssuerId
  /** First and last valid moment, microseconds since 1970. */
  readonly from: number
  readonly until: number
  readonly systems: ReadonlyArray<SystemId>
}

/** A chain that leads to the root, the subject's certificate first. */
export interface CheckedChain {
  readonly subject: CheckedCertificate
  /** All of them, the subject's among them: revocation concerns each (IM-4). */
  readonly certificates: ReadonlyArray<CheckedCertificate>
}
