import type { KeyId } from '../identity/key-id'
import type { LicenseName } from '../vault/license-name'

/** A license by its name and key ID. */
export interface PlannedLicense extends LicenseName {
  readonly keyId: KeyId
}

/** A license with its envelope as it was when the backup was planned. */
export interface SealedLicense extends PlannedLicense {
  /** Base64url. */
  readonly env: string
}

/** A leaf of a chain with the key ID of its root. */
export interface PlannedLeaf extends PlannedLicense {
  readonly uplink: KeyId
}
