import { createHmac, hkdfSync } from 'node:crypto'

import { secretFromBytes, withSecretBytes, type Secret } from './secret'

/** Output of HMAC-SHA-256, so the most that one round of Expand gives. */
const HASH_LENGTH = 32

/**
 * Derives 32 bytes from a key that is uniform already: HKDF-Expand alone, one HMAC.
 *
 * @param info says what the result is for; build it with `tuple`, so that no two purposes share one.
 * @source RFC 5869 sections 2.3 and 3.3
 */
export const expandKey = (key: Secret, info: Uint8Array): Secret =>
  withSecretBytes(key, (bytes) =>
    secretFromBytes(createHmac('sha256', bytes).update(info).update(Uint8Array.of(1)).digest())
  )

/**
 * Derives a key from material of any shape: HKDF-SHA-256 with Extract.
 *
 * @param length in bytes, 32 when left out.
 * @source RFC 5869
 */
export const deriveKey = (material: Secret, salt: Uint8Array, info: Uint8Array, length = HASH_LENGTH): Secret =>
  withSecretBytes(material, (bytes) =>
    secretFromBytes(new Uint8Array(hkdfSync('sha256', bytes, salt, info, length)))
  )

/** HMAC-SHA-256 of a message under a secret key; the result is no secret. */
export const authenticate = (key: Secret, message: Uint8Array): Uint8Array<ArrayBuffer> =>
  withSecretBytes(key, (bytes) => Uint8Array.from(createHmac('sha256', bytes).update(message).digest()))
