import type { IssuerId } from '../identity/issuer-id'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { LicenseDocument } from './license-document'

/** A license document whose signature, form, limits and consistency were checked. */
export interface AcceptedLicense {
  readonly document: LicenseDocument
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** The compact JWS as it was signed. */
  readonly jws: string
  /** SHA-256 of the JWS signing input, base64url: no license is ever identified by signature bytes. */
  readonly docDigest: string
}
