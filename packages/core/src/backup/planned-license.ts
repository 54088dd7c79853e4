import type { KeyId } from '../identity/key-id'
import type { LicenseName } from '../vault/license-name'

/** A license by its name and key ID. */
export interface PlannedLicense extends LicenseName {
  readonly keyId: KeyId
}

/** A leaf of a chain with the key ID of its root. */
export interface PlannedLeaf extends PlannedLicense {
  readonly uplink: KeyId
}
