import { createCipheriv, createDecipheriv } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { GCM_NONCE_BYTES, type NonceSource } from './nonce-source'
import { sealBroken, type SealBroken } from './seal-broken'
import { secretLength, withSecretBytes, type Secret } from './secret'

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const TAG_BYTES = 16

const checkLengths = (key: Secret, nonce: Uint8Array): void => {
  if (secretLength(key) !== KEY_BYTES) throw new RangeError('a key of AES-256-GCM has 32 bytes')
  if (nonce.length !== GCM_NONCE_BYTES) throw new RangeError('a nonce has 12 bytes')
}

/** What a seal consists of: both parts are needed to open it, and neither is secret. */
export interface GcmSealed {
  /** 12 bytes. */
  readonly nonce: Uint8Array<ArrayBuffer>
  /** Cipher text, as long as the plain one, then the tag of 16 bytes. */
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** Seals bytes with AES-256-GCM under the next nonce. `aad` is authenticated and not stored. @source NIST SP 800-38D */
export const sealGcm = (key: Secret, nonces: NonceSource, plain: Uint8Array, aad: Uint8Array): GcmSealed => {
  const nonce = nonces(key)
  checkLengths(key, nonce)
  return withSecretBytes(key, (bytes) => {
    const cipher = createCipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(aad)
    const sealed = new Uint8Array(plain.length + TAG_BYTES)
    sealed.set(cipher.update(plain))
    cipher.final()
    sealed.set(cipher.getAuthTag(), plain.length)
    return { nonce, sealed }
  })
}

/**
 * Opens what {@link sealGcm} made. The bytes are the caller's, to wipe where they are secret.
 *
 * @errors `SealBroken` for any other key, nonce, bytes or `aad`, without a cause.
 */
export const openGcm = (
  key: Secret,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array
): E.Either<SealBroken, Uint8Array<ArrayBuffer>> => {
  if (nonce.length !== GCM_NONCE_BYTES || sealed.length < TAG_BYTES) return sealBroken
  checkLengths(key, nonce)
  return withSecretBytes(key, (bytes) => {
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv(CIPHER, bytes, nonce, { authTagLength: TAG_BYTES }).setAAD(aad)
    decipher.setAuthTag(sealed.subarray(end))
    const opened = decipher.update(sealed.subarray(0, end))
    try {
      decipher.final()
      return E.right(Uint8Array.from(opened))
    } catch {
      return sealBroken
    } finally {
      opened.fill(0)
    }
  })
}
