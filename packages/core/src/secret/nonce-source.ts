import type { Random } from '../random/random'
import type { Secret } from './secret'

/** Length of a nonce of AES-GCM in bytes; one must never come twice under one key. @source NIST SP 800-38D section 8.2 */
export const GCM_NONCE_BYTES = 12

/** Gives the nonce for the next seal under a key. */
export type NonceSource = (key: Secret) => Uint8Array<ArrayBuffer>

/** Most seals under one key: with random nonces of 96 bits a repeat is then rarer than one in 2^32. @source NIST SP 800-38D section 8.3 */
export const MAX_SEALS = 2 ** 32

interface Drawn {
  readonly count: number
  readonly last: Uint8Array
}

/** Counted over all sources, because what must not repeat is a nonce under a key, not one of a source. */
const drawnUnder = new WeakMap<Secret, Drawn>()

const isSame = (left: Uint8Array, right: Uint8Array): boolean => left.every((byte, place) => byte === right[place])

/**
 * Random nonces, counted for each open key. Throws where the birthday bound is reached, and where the generator gives the
 * same nonce twice in a row, as one does that stands still: either way the key must not seal again (R14).
 *
 * @param limit most seals under one key; less than 2^32 is for tests.
 */
export const nonceSource =
  (random: Random, limit = MAX_SEALS): NonceSource =>
  (key) => {
    const before = drawnUnder.get(key)
    const count = (before?.count ?? 0) + 1
    if (count > limit) throw new RangeError(`a key has sealed ${limit} times: it must be replaced`)
    const nonce = random.bytes(GCM_NONCE_BYTES)
    if (before !== undefined && isSame(before.last, nonce)) throw new RangeError('the random generator repeats itself')
    drawnUnder.set(key, { count, last: Uint8Array.from(nonce) })
    return nonce
  }
