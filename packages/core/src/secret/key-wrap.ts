import { createCipheriv, createDecipheriv } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { expandBytes } from './key-derivation'
import { sealBroken, type SealBroken } from './seal-broken'
import { secretFromBytes, withSecretBytes, type Secret } from './secret'

/** Default initial value. @source RFC 3394 section 2.2.3.1 */
const INITIAL_VALUE = new Uint8Array(8).fill(0xa6)
const BLOCK = 8
/** RFC 3394 wraps two blocks or more; one more block comes with the wrapped form. */
const MIN_PLAIN = 2 * BLOCK
const KEY_BITS: ReadonlyMap<number, string> = new Map([
  [16, 'id-aes128-wrap'],
  [24, 'id-aes192-wrap'],
  [32, 'id-aes256-wrap'],
])

const cipherFor = (wrappingKey: Uint8Array): string => {
  const name = KEY_BITS.get(wrappingKey.length)
  if (name === undefined) throw new RangeError('a wrapping key has 16, 24 or 32 bytes')
  return name
}

const wrapBytes = (wrappingKey: Uint8Array, plain: Uint8Array): Uint8Array<ArrayBuffer> => {
  if (plain.length < MIN_PLAIN || plain.length % BLOCK !== 0) throw new RangeError('not a wrappable length')
  const cipher = createCipheriv(cipherFor(wrappingKey), wrappingKey, INITIAL_VALUE)
  const wrapped = new Uint8Array(cipher.update(plain))
  cipher.final()
  return wrapped
}

/**
 * Wraps key material so that it opens, whole and unchanged, only under the same key.
 *
 * @param plain 16 bytes or more, a multiple of 8. The result is 8 bytes longer.
 * @source RFC 3394
 */
export const wrapKey = (wrappingKey: Secret, plain: Secret): Uint8Array<ArrayBuffer> =>
  withSecretBytes(wrappingKey, (kek) => withSecretBytes(plain, (bytes) => wrapBytes(kek, bytes)))

/**
 * What {@link wrapKey} makes under `expandKey(key, info)`, for key material that lives only for this: it is filled with zeros,
 * and so is the derived key. Bulk work pays for no handles.
 *
 * @param plain bare bytes, 16 or more, a multiple of 8.
 */
export const wrapUnderDerived = (key: Secret, info: Uint8Array, plain: Uint8Array): Uint8Array<ArrayBuffer> =>
  withSecretBytes(key, (bytes) => {
    const derived = expandBytes(bytes, info)
    try {
      return wrapBytes(derived, plain)
    } finally {
      derived.fill(0)
      plain.fill(0)
    }
  })

/** Opens what {@link wrapKey} made. @errors `SealBroken` for any other bytes or key. @source RFC 3394 */
export const unwrapKey = (wrappingKey: Secret, wrapped: Uint8Array): E.Either<SealBroken, Secret> => {
  if (wrapped.length < MIN_PLAIN + BLOCK || wrapped.length % BLOCK !== 0) return sealBroken
  return withSecretBytes(wrappingKey, (kek) => {
    try {
      const decipher = createDecipheriv(cipherFor(kek), kek, INITIAL_VALUE)
      return E.right(secretFromBytes(decipher.update(wrapped)))
    } catch {
      return sealBroken
    }
  })
}
