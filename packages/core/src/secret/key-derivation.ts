import { createHmac, hkdfSync } from 'node:crypto'

import { secretFromBytes, withSecretBytes, type Secret } from './secret'

/** The counter of the first round. */
const ONE = Uint8Array.of(1)

/** Output of HMAC-SHA-256, so the most that one round of Expand gives. */
const HASH_LENGTH = 32

/**
 * Derives 32 bytes from a key that is uniform already: HKDF-Expand alone, one HMAC.
 *
 * @param info says what the result is for; build it with `tuple`, so that no two purposes share one.
 * @source RFC 5869 sections 2.3 and 3.3
 */
export const expandKey = (key: Secret, info: Uint8Array): Secret =>
  withSecretBytes(key, (bytes) => secretFromBytes(expandBytes(bytes, info)))

/** As {@link expandKey}, on bare bytes, for a function of this folder that wipes the result before it ends. */
export const expandBytes = (key: Uint8Array, info: Uint8Array): Buffer =>
  createHmac('sha256', key).update(info).update(ONE).digest()

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
  withSecretBytes(key, (bytes) => new Uint8Array(createHmac('sha256', bytes).update(message).digest()))
