import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import { pipe } from 'fp-ts/function'

import { b64u, decodeB64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import { keyIdBytes, type KeyId } from '../identity/key-id'
import { deriveKey } from '../secret/key-derivation'
import { unwrapKey, wrapKey } from '../secret/key-wrap'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { wipeSecret, type Secret } from '../secret/secret'
import { BLOCK_KIND, packKeyBlock, unpackKeyBlock, type KeyBlock } from '../license/key-block'
import type { LicenseName } from './license-name'

/** A leaf of a chain, as its wrapped key is bound to it. */
export interface LeafName extends LicenseName {
  readonly keyId: KeyId
  /** Key ID of the root. */
  readonly uplink: KeyId
}

const LABEL = 'custody/chain/1'
const NO_SALT = new Uint8Array()

/** A root's content key has any of three lengths, so it passes Extract first; the result serves this one leaf. */
const wrappingKey = (root: Secret, { issuer, lid, keyId, uplink }: LeafName): Secret =>
  deriveKey(root, NO_SALT, tuple(LABEL, utf8(issuer), utf8(lid), keyIdBytes(keyId), keyIdBytes(uplink)))

/**
 * Wraps a leaf's content key under its root's, as the leaf's document carries it: base64url of 64 bytes.
 *
 * @source docs/reference/protocols.md, section 2; LI-56
 */
export const wrapLeafKey = (root: Secret, leaf: LeafName, content: KeyBlock): string => {
  const block = packKeyBlock(BLOCK_KIND.leaf, content)
  const wrapping = wrappingKey(root, leaf)
  const wrapped = b64u(wrapKey(wrapping, block))
  wipeSecret(wrapping)
  wipeSecret(block)
  return wrapped
}

/** Opens what {@link wrapLeafKey} made. @errors `SealBroken` for any other root, leaf or text. */
export const unwrapLeafKey = (root: Secret, leaf: LeafName, wrapped: string): E.Either<SealBroken, KeyBlock> => {
  const bytes = decodeB64u(wrapped)
  if (O.isNone(bytes)) return sealBroken
  const wrapping = wrappingKey(root, leaf)
  const opened = pipe(
    unwrapKey(wrapping, bytes.value),
    E.flatMap((block) => {
      const content = unpackKeyBlock(BLOCK_KIND.leaf, block)
      wipeSecret(block)
      return content
    })
  )
  wipeSecret(wrapping)
  return opened
}
