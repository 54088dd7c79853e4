import * as E from 'fp-ts/Either'

import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { secretFromBytes, secretLength, withSecretBytes, type Secret } from '../secret/secret'

/** What a wrapped block is about, so that one kind never passes for another. */
export const BLOCK_KIND = { license: 1, target: 2, leaf: 3 } as const
/** The number of a kind. */
export type BlockKind = (typeof BLOCK_KIND)[keyof typeof BLOCK_KIND]

/** A content key with the blind of its commitment. */
export interface KeyBlock {
  readonly key: Secret
  readonly blind: Secret
}

/** Content keys: 7 bytes (`cocktail`), 16 (AES-128) or 32. */
const KEY_LENGTHS: ReadonlyArray<number> = [7, 16, 32]
const BLOCK_VERSION = 1
const KIND_AT = 1
const LENGTH_AT = 2
const KEY_AT = 8
const BLIND_AT = 40
/** Bytes of a block. */
export const BLOCK_LENGTH = 56

/** Whether a key has a length that content keys have. */
export const isContentKey = (key: Secret): boolean => KEY_LENGTHS.includes(secretLength(key))

/**
 * Lays a key out in 56 bytes, whatever its length: version, kind, length, 5 zero bytes, key to 32, blind of 16. To be wiped
 * by whoever asks.
 */
export const keyBlockBytes = (kind: BlockKind, { key, blind }: KeyBlock): Uint8Array => {
  if (!isContentKey(key)) throw new RangeError('a content key has 7, 16 or 32 bytes')
  const block = new Uint8Array(BLOCK_LENGTH)
  block.set([BLOCK_VERSION, kind, secretLength(key)])
  withSecretBytes(key, (bytes) => block.set(bytes, KEY_AT))
  withSecretBytes(blind, (bytes) => block.set(bytes, BLIND_AT))
  return block
}

/** As {@link keyBlockBytes}, in keeping. */
export const packKeyBlock = (kind: BlockKind, content: KeyBlock): Secret => secretFromBytes(keyBlockBytes(kind, content))

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0)

/** Reads what {@link packKeyBlock} wrote. @errors `SealBroken` for another version, kind, length or padding. */
export const unpackKeyBlock = (kind: BlockKind, block: Secret): E.Either<SealBroken, KeyBlock> =>
  withSecretBytes(block, (bytes) => {
    const length = bytes[LENGTH_AT] ?? 0
    const sound =
      bytes.length === BLOCK_LENGTH &&
      bytes[0] === BLOCK_VERSION &&
      bytes[KIND_AT] === kind &&
      KEY_LENGTHS.includes(length) &&
      isZero(bytes.subarray(LENGTH_AT + 1, KEY_AT)) &&
      isZero(bytes.subarray(KEY_AT + length, BLIND_AT))
    if (!sound) return sealBroken
    return E.right({
      key: secretFromBytes(bytes.slice(KEY_AT, KEY_AT + length)),
      blind: secretFromBytes(bytes.slice(BLIND_AT)),
    })
  })
