import type * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { b64u, decodeB64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { utf8 } from '../encoding/utf8'
import type { IssuerId } from '../identity/issuer-id'
import { keyIdBytes, type KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import { deriveKey } from '../secret/key-derivation'
import { unwrapKey, wrapKey } from '../secret/key-wrap'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { wipeSecret, type Secret } from '../secret/secret'

/** The one leaf that a wrapped key belongs to, and the root that it hangs on. */
export interface LeafPlace {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** Key ID of the root. */
  readonly uplink: KeyId
}

const LABEL = 'custody/chain/1'

/** A root's content key has any length and is used elsewhere too, so it is extracted first. */
const wrappingKey = (rootKey: Secret, { issuer, lid, keyId, uplink }: LeafPlace): Secret =>
  deriveKey(rootKey, keyIdBytes(uplink), tuple(LABEL, utf8(issuer), utf8(lid), keyIdBytes(keyId), keyIdBytes(uplink)))

const withWrappingKey = <A>(rootKey: Secret, place: LeafPlace, use: (key: Secret) => A): A => {
  const key = wrappingKey(rootKey, place)
  try {
    return use(key)
  } finally {
    wipeSecret(key)
  }
}

/**
 * Wraps the key block of a leaf under a key derived from the content key of its root (LI-56): the text of `chain.key`.
 * Neither secret is taken over.
 *
 * @param block the plain block of the leaf's content key and blind; a multiple of 8 bytes.
 * @source RFC 5869; RFC 3394
 */
export const wrapLeafKey = (rootKey: Secret, place: LeafPlace, block: Secret): string =>
  withWrappingKey(rootKey, place, (key) => b64u(wrapKey(key, block)))

/**
 * Opens what {@link wrapLeafKey} made, for this leaf under this root and no other. The caller wipes the block.
 *
 * @errors `SealBroken`, without a cause.
 */
export const unwrapLeafKey = (rootKey: Secret, place: LeafPlace, wrapped: string): E.Either<SealBroken, Secret> => {
  const bytes = decodeB64u(wrapped)
  return O.isNone(bytes) ? sealBroken : withWrappingKey(rootKey, place, (key) => unwrapKey(key, bytes.value))
}
