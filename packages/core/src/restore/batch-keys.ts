import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { b64u, decodeB64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { tuple } from '../encoding/tuple'
import { BLOCK_KIND, BLOCK_LENGTH, keyBlockBytes, unpackKeyBlock, type KeyBlock } from '../license/key-block'
import { openGcm, sealGcm } from '../secret/gcm'
import { GCM_NONCE_BYTES, type NonceSource } from '../secret/nonce-source'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { secretFromBytes, wipeSecret, type Secret } from '../secret/secret'

/** What the keys of a batch belong to; moved to any other batch they do not open. */
export interface BatchKeyOwner {
  readonly session: string
  readonly mid: string
  readonly epoch: number
  /** Idempotency key of the batch's request. */
  readonly idem: string
  /** Of each accepted license in order, base64url; a leaf of a chain is among them and has no key block. */
  readonly docDigests: ReadonlyArray<string>
}

/** Digests have one length, so that joined they can be taken apart in one way only. */
const associated = ({ session, mid, epoch, idem, docDigests }: BatchKeyOwner): Uint8Array =>
  tuple('custody/batch/1', session, mid, String(epoch), idem, sha256(docDigests.join('')))

const wipeBlock = ({ key, blind }: KeyBlock): void => {
  wipeSecret(key)
  wipeSecret(blind)
}

/**
 * Seals the keys of a batch's accepted licenses for the device that restores them.
 *
 * @param keys in the order of the batch's lines, those without an envelope left out; they stay the caller's.
 * @returns nonce (12 bytes), then cipher text and tag, base64url; empty when there are no keys.
 * @source docs/reference/protocols.md, section 4.3
 */
export const sealBatchKeys = (
  transport: Secret,
  nonces: NonceSource,
  owner: BatchKeyOwner,
  keys: ReadonlyArray<KeyBlock>
): string => {
  if (keys.length === 0) return ''
  const blocks = new Uint8Array(keys.length * BLOCK_LENGTH)
  try {
    for (const [index, content] of keys.entries()) {
      const block = keyBlockBytes(BLOCK_KIND.license, content)
      blocks.set(block, index * BLOCK_LENGTH)
      block.fill(0)
    }
    const { nonce, sealed } = sealGcm(transport, nonces, blocks, associated(owner))
    return b64u(Buffer.concat([nonce, sealed]))
  } finally {
    blocks.fill(0)
  }
}

const unpacked = (blocks: Uint8Array): E.Either<SealBroken, ReadonlyArray<KeyBlock>> => {
  const keys: KeyBlock[] = []
  for (let at = 0; at < blocks.length; at += BLOCK_LENGTH) {
    const block = secretFromBytes(blocks.subarray(at, at + BLOCK_LENGTH))
    const content = unpackKeyBlock(BLOCK_KIND.license, block)
    wipeSecret(block)
    if (E.isLeft(content)) {
      keys.forEach(wipeBlock)
      return sealBroken
    }
    keys.push(content.right)
  }
  return E.right(keys)
}

/** Opens what {@link sealBatchKeys} made. @errors `SealBroken` for any other batch, transport key or text. */
export const openBatchKeys = (
  transport: Secret,
  owner: BatchKeyOwner,
  keys: string
): E.Either<SealBroken, ReadonlyArray<KeyBlock>> => {
  if (keys === '') return E.right([])
  const bytes = decodeB64u(keys)
  if (O.isNone(bytes)) return sealBroken
  const [nonce, sealed] = [bytes.value.subarray(0, GCM_NONCE_BYTES), bytes.value.subarray(GCM_NONCE_BYTES)]
  const blocks = openGcm(transport, nonce, sealed, associated(owner))
  if (E.isLeft(blocks)) return blocks
  try {
    return blocks.right.length > 0 && blocks.right.length % BLOCK_LENGTH === 0 ? unpacked(blocks.right) : sealBroken
  } finally {
    blocks.right.fill(0)
  }
}
