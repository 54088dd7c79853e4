import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'

/** Stream of what happened to the license store as a whole. */
export const LICENSE_STORE_STREAM = 'license-store'

/** A cleaning of the license store ended; what it removed stands in the licenses' own streams (LI-47). */
export const LicenseStoreCleaned = defineEvent({
  type: 'LicenseStoreCleaned',
  schemaVersion: 1,
  data: t.type({ removed: t.number }),
})

/** A license revocation of an issuer was carried out to its end; presented again, it removes nothing more. */
export const LicenseRevocationProcessed = defineEvent({
  type: 'LicenseRevocationProcessed',
  schemaVersion: 1,
  data: t.type({
    /** Digest of the signed message, base64url. */
    message: t.string,
    /** Thumbprint of the key that signed it. */
    key: t.string,
    removed: t.number,
  }),
})

/** Stream of one license revocation. */
export const licenseRevocationStream = (message: string): string => `license-revocation-${message}`
