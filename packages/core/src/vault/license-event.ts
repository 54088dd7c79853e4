import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { UseReserved, UseReturned } from './use-event'

/** A license document came into the vault; its content key is in the envelope table, never here. */
export const LicenseStored = defineEvent({
  type: 'LicenseStored',
  schemaVersion: 1,
  data: t.type({
    issuer: IssuerId,
    lid: LicenseId,
    keyId: KeyId,
    /** The compact JWS. */
    document: t.string,
    /** SHA-256 of its signing input, base64url. */
    docDigest: t.string,
    priority: t.number,
  }),
})

/** Stream of one license, which is named by issuer and license id together. */
export const licenseStream = (issuer: IssuerId, lid: LicenseId): string => `license-${issuer}-${lid}`

/** All that a license's stream may hold. */
export const LICENSE_EVENTS = [LicenseStored, UseReserved, UseReturned] as const
