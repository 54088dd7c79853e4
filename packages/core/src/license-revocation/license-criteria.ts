import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { AcceptedLicense } from '../license/accepted-license'

/** Which licenses a message is about. The key always has to match; what else is stated narrows it (LI-49, LI-51). */
export interface LicenseCriteria {
  /** Thumbprint of the key that licenses name as `revocable.key`. */
  readonly key: string
  readonly keyId?: KeyId
  readonly lid?: LicenseId
  /** User id that the issuer put into licenses as `revocable.uid`. */
  readonly uid?: string
}

/** What criteria look at in a license, but for its key. */
export interface NamedLicense {
  readonly keyId: KeyId
  readonly lid: LicenseId
  readonly uid: string | null | undefined
}

/** Whether a license whose key matches is among those that the rest narrows to. */
export const isNarrowedTo = (
  { keyId, lid, uid }: NamedLicense,
  criteria: Omit<LicenseCriteria, 'key'>
): boolean =>
  (criteria.keyId === undefined || criteria.keyId === keyId) &&
  (criteria.lid === undefined || criteria.lid === lid) &&
  (criteria.uid === undefined || criteria.uid === uid)

/** Whether a license is among those. One that names no key for revocation never is (LI-51). */
export const meetsCriteria = (
  { document: { revocable }, keyId, lid }: Pick<AcceptedLicense, 'document' | 'keyId' | 'lid'>,
  criteria: LicenseCriteria
): boolean =>
  revocable !== undefined && revocable.key === criteria.key && isNarrowedTo({ keyId, lid, uid: revocable.uid }, criteria)
