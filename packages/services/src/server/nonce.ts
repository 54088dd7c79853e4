import type { Clock } from '@custody/core/clock'
import { b64u, decodeB64u, tuple } from '@custody/core/encoding'
import type { Random } from '@custody/core/random'
import { authenticate, equalBytes, type Secret } from '@custody/core/secret'
import * as O from 'fp-ts/Option'

/** What nonces are made and checked with. */
export interface NonceEnv {
  /** The same for all instances, so that one takes the other's nonces. 32 bytes. */
  readonly nonceKey: Secret
  readonly clock: Clock
  readonly random: Random
}

/** How long a nonce is taken: 300 seconds, in microseconds. @source docs/reference/protocols.md, section 4.1 */
export const NONCE_LIFE = 300 * 1_000_000

const EXPIRY_BYTES = 8
const RANDOM_BYTES = 16
const CHECK_BYTES = 32
const MADE_BYTES = EXPIRY_BYTES + RANDOM_BYTES
const PURPOSE = 'custody/nonce/1'

/** A fresh nonce: expiry in microseconds (8 bytes, big-endian), 16 random bytes and their check value, base64url. */
export const issueNonce = ({ nonceKey, clock, random }: NonceEnv): string => {
  const bytes = new Uint8Array(MADE_BYTES + CHECK_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(clock.now() + NONCE_LIFE))
  bytes.set(random.bytes(RANDOM_BYTES), EXPIRY_BYTES)
  bytes.set(authenticate(nonceKey, tuple(PURPOSE, bytes.subarray(0, MADE_BYTES))), MADE_BYTES)
  return b64u(bytes)
}

/** Whether a nonce was given out by this authority less than 300 seconds ago. It may come more than once. */
export const isFresh = ({ nonceKey, clock }: NonceEnv, nonce: string): boolean => {
  const bytes = decodeB64u(nonce)
  if (O.isNone(bytes) || bytes.value.length !== MADE_BYTES + CHECK_BYTES) return false
  const made = bytes.value.subarray(0, MADE_BYTES)
  if (!equalBytes(authenticate(nonceKey, tuple(PURPOSE, made)), bytes.value.subarray(MADE_BYTES))) return false
  return new DataView(bytes.value.buffer).getBigUint64(0) > BigInt(clock.now())
}
