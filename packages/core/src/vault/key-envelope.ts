import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { VaultKey } from '../device/vault-key-file'
import { b64u } from '../encoding/b64u'
import { tuple } from '../encoding/tuple'
import { keyIdBytes, type KeyId } from '../identity/key-id'
import { expandKey } from '../secret/key-derivation'
import { unwrapKey, wrapUnderDerived } from '../secret/key-wrap'
import { sealBroken, type SealBroken } from '../secret/seal-broken'
import { wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { BLOCK_KIND, keyBlockBytes, unpackKeyBlock, type BlockKind, type KeyBlock } from '../license/key-block'

/** What an envelope belongs to; moved to anything else it does not open. */
export type EnvelopeOwner =
  | {
      readonly type: 'license'
      readonly issuer: string
      readonly lid: string
      readonly keyId: KeyId
      readonly docDigest: string
    }
  | { readonly type: 'target'; readonly keyId: KeyId; readonly useId: string }

const LICENSE_LABEL = 'custody/envelope/1'
const TARGET_LABEL = 'custody/target-envelope/1'
const VAULT_ID_LABEL = 'custody/vault-id/1'
const VAULT_ID_LENGTH = 16
const VERSION = 1
const HEADER_LENGTH = 5
const WRAPPED_LENGTH = 64
/** Bytes of an envelope. */
export const ENVELOPE_LENGTH = HEADER_LENGTH + WRAPPED_LENGTH

const vaultIds = new WeakMap<Secret, string>()

/** A vault key's public name, derived from it once: whoever holds the key has its name. */
const vaultId = (vault: Secret): string => {
  const known = vaultIds.get(vault)
  if (known !== undefined) return known
  const derived = expandKey(vault, tuple(VAULT_ID_LABEL))
  const id = withSecretBytes(derived, (bytes) => b64u(bytes.slice(0, VAULT_ID_LENGTH)))
  wipeSecret(derived)
  vaultIds.set(vault, id)
  return id
}

/** What the wrapping key of an owner's envelope is derived with. */
const purpose = ({ key, generation }: VaultKey, owner: EnvelopeOwner): Uint8Array => {
  const [id, keyId] = [vaultId(key), keyIdBytes(owner.keyId)]
  return owner.type === 'license'
    ? tuple(LICENSE_LABEL, id, String(generation), owner.issuer, owner.lid, keyId, owner.docDigest)
    : tuple(TARGET_LABEL, id, String(generation), owner.useId, keyId)
}

const kindOf = (owner: EnvelopeOwner): BlockKind => BLOCK_KIND[owner.type]

/** Key of a license's envelope in the envelope table. */
export const licenseEnvelopeKey = ({ issuer, lid }: { readonly issuer: string; readonly lid: string }): string =>
  `license/${issuer}/${lid}`

/** Key of an owner's envelope in the envelope table. */
export const envelopeKey = (owner: EnvelopeOwner): string =>
  owner.type === 'license' ? licenseEnvelopeKey(owner) : `target/${owner.keyId}/${owner.useId}`

/** Seals a content key for one owner: version (1), generation (4, big-endian), wrapped block (64). */
export const sealEnvelope = (vault: VaultKey, owner: EnvelopeOwner, content: KeyBlock): Uint8Array<ArrayBuffer> => {
  const envelope = new Uint8Array(ENVELOPE_LENGTH)
  envelope[0] = VERSION
  new DataView(envelope.buffer).setUint32(1, vault.generation)
  const block = keyBlockBytes(kindOf(owner), content)
  envelope.set(wrapUnderDerived(vault.key, purpose(vault, owner), block), HEADER_LENGTH)
  return envelope
}

/** The generation of the vault key that an envelope is sealed under, or nothing when the bytes are no envelope. */
export const envelopeGeneration = (envelope: Uint8Array): number | undefined =>
  envelope.length === ENVELOPE_LENGTH && envelope[0] === VERSION
    ? new DataView(envelope.buffer, envelope.byteOffset).getUint32(1)
    : undefined

/** Opens an envelope for its owner. @errors `SealBroken` for any other owner, vault key or bytes. */
export const openEnvelope = (
  vault: VaultKey,
  owner: EnvelopeOwner,
  envelope: Uint8Array
): E.Either<SealBroken, KeyBlock> => {
  if (envelopeGeneration(envelope) !== vault.generation) return sealBroken
  const wrapping = expandKey(vault.key, purpose(vault, owner))
  const opened = pipe(
    unwrapKey(wrapping, envelope.subarray(HEADER_LENGTH)),
    E.flatMap((block) => {
      const content = unpackKeyBlock(kindOf(owner), block)
      wipeSecret(block)
      return content
    })
  )
  wipeSecret(wrapping)
  return opened
}
