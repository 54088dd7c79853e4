import { createHash } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { badInput, type BadInput } from '../identity/bad-input'
import { keyIdToGuidBytes, type KeyId } from '../identity/key-id'
import { secretFromBytes, secretLength, withSecretBytes, type Secret } from '../secret/secret'

/** Bytes of a key seed that count; longer seeds are cut. */
const SEED_LENGTH = 30
const KEY_LENGTH = 16

/**
 * Derives the content key of a key ID from a key seed (LI-55): three SHA-256 digests over seed and key ID, folded.
 *
 * @errors `BadInput` for a seed of less than 30 bytes.
 * @source Microsoft, "PlayReady Key Seed"
 */
export const contentKeyFromSeed = (seed: Secret, keyId: KeyId): E.Either<BadInput, Secret> =>
  secretLength(seed) < SEED_LENGTH
    ? E.left(badInput('key seed', 'at least 30 bytes', `${secretLength(seed)} bytes`))
    : withSecretBytes(seed, (bytes) => E.right(fold(bytes.subarray(0, SEED_LENGTH), keyIdToGuidBytes(keyId))))

const fold = (seed: Uint8Array, id: Uint8Array): Secret => {
  const digests = [
    [seed, id],
    [seed, id, seed],
    [seed, id, seed, id],
  ].map((parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest())
  const key = new Uint8Array(KEY_LENGTH)
  for (const digest of digests) {
    for (let index = 0; index < KEY_LENGTH; index++) {
      key[index] = (key[index] ?? 0) ^ (digest[index] ?? 0) ^ (digest[index + KEY_LENGTH] ?? 0)
    }
    digest.fill(0)
  }
  return secretFromBytes(key)
}
