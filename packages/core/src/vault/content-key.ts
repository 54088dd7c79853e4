import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { VaultClass } from '../device/keystore-seals'
import type { VaultKey } from '../device/vault-key-file'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { inEpoch } from '../home/in-epoch'
import type { AcceptedLicense } from '../license/accepted-license'
import { unwrapLeafKey } from '../license/chain-key'
import { keepsCommitment } from '../license/commitment'
import type { HeldLicense } from '../license/held-license'
import { BLOCK_KIND, unpackKeyBlock, type KeyBlock } from '../license/key-block'
import { wipeSecret, type Secret } from '../secret/secret'
import { envelopeGeneration, envelopeKey, openEnvelope, type EnvelopeOwner } from './key-envelope'
import { documentKeyId } from './license-facts'
import { sealingVault, vaultGenerations } from './vault-generations'

const damaged = (lid: string): CoreFault => ({ type: 'EnvelopeDamaged', lid })

/** The vault key that new envelopes of a class go under; an append that stores one needs {@link sealingVault}. */
export const currentVaultKey = (home: Home, vaultClass: VaultClass): TE.TaskEither<CoreFault, VaultKey> =>
  pipe(
    sealingVault(home, vaultClass),
    TE.map(({ vault }) => vault)
  )

/** An envelope as it lies there, with its vault key open. */
interface FoundEnvelope {
  readonly envelope: Uint8Array
  readonly vault: VaultKey
}

const findEnvelope = (home: Home, owner: EnvelopeOwner, name: string): TE.TaskEither<CoreFault, FoundEnvelope> =>
  pipe(
    home.store.state('key-envelope', envelopeKey(owner)),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap((envelope) => {
      const generation = envelope && envelopeGeneration(envelope)
      if (envelope === undefined || generation === undefined) return TE.left(damaged(name))
      return pipe(
        inEpoch(home, (epoch) => home.keystore.vault(epoch, generation)),
        TE.orElse((fault) => (fault.type === 'KeystoreMissing' ? retiredOr(home, generation, fault, name) : TE.left(fault))),
        TE.map((vault) => ({ envelope, vault }))
      )
    })
  )

/** An envelope under a key that was retired is one that could not be carried over; a key that should be there was lost. */
const retiredOr = (home: Home, generation: number, fault: CoreFault, name: string): TE.TaskEither<CoreFault, never> =>
  pipe(
    vaultGenerations(home),
    TE.flatMap((live) => TE.left(live.some((one) => one.generation === generation) ? fault : damaged(name)))
  )

const openBlock = (home: Home, owner: EnvelopeOwner, name: string): TE.TaskEither<CoreFault, KeyBlock> => {
  const found = findEnvelope(home, owner, name)
  return pipe(
    found,
    // Another process may have wrapped it anew between the look at it and the look for its key.
    TE.orElse((fault) => (fault.type === 'EnvelopeDamaged' ? found : TE.left(fault))),
    TE.flatMapEither(({ vault, envelope }) =>
      pipe(
        openEnvelope(vault, owner, envelope),
        E.mapLeft(() => damaged(name))
      )
    )
  )
}

/** What the envelope of a license belongs to. */
export const licenseOwner = ({ issuer, lid, keyId, docDigest }: Omit<AcceptedLicense, 'document' | 'jws'>): EnvelopeOwner => ({
  type: 'license',
  issuer,
  lid,
  keyId,
  docDigest,
})

/**
 * Opens the envelope of a license, unchecked, to wrap it anew. The caller wipes both secrets.
 *
 * @errors `EnvelopeDamaged`, those of keystore and store.
 */
export const licenseKeyBlock = (
  home: Home,
  license: Omit<AcceptedLicense, 'document' | 'jws'>
): TE.TaskEither<CoreFault, KeyBlock> => openBlock(home, licenseOwner(license), license.lid)

/** Whether the key that came out of an envelope is the one that the document names (P6). */
const checked = (license: AcceptedLicense, { key, blind }: KeyBlock): E.Either<CoreFault, Secret> => {
  const kept = keepsCommitment(license.document.commit, license.keyId, key, blind)
  wipeSecret(blind)
  if (kept) return E.right(key)
  wipeSecret(key)
  return E.left({ type: 'KeyMismatch' })
}

/**
 * Opens the content key of a license that has an envelope of its own, and checks it against the document's commitment
 * (P6). The caller wipes it.
 *
 * @errors `EnvelopeDamaged`, `KeyMismatch`, those of keystore and store.
 */
export const licenseContentKey = (home: Home, license: AcceptedLicense): TE.TaskEither<CoreFault, Secret> =>
  pipe(
    openBlock(home, licenseOwner(license), license.lid),
    TE.flatMapEither((block) => checked(license, block))
  )

/** Opens a leaf's key with its root's. */
const leafContentKey = (
  home: Home,
  license: AcceptedLicense,
  root: AcceptedLicense | undefined
): TE.TaskEither<CoreFault, Secret> => {
  const { lid, document } = license
  const chain = document.chain?.role === 'leaf' ? document.chain : undefined
  const uplink = chain === undefined ? null : documentKeyId(chain.uplink)
  if (chain === undefined || uplink === null) return TE.left(damaged(lid))
  if (root === undefined) return TE.left({ type: 'UplinkMissing', keyId: uplink })
  return pipe(
    licenseContentKey(home, root),
    TE.flatMapEither((rootKey) => {
      const opened = unwrapLeafKey(rootKey, { ...license, uplink }, chain.key)
      wipeSecret(rootKey)
      return pipe(
        opened,
        E.flatMap((block) => {
          const content = unpackKeyBlock(BLOCK_KIND.leaf, block)
          wipeSecret(block)
          return content
        }),
        E.mapLeft((): CoreFault => damaged(lid)),
        E.flatMap((content) => checked(license, content))
      )
    })
  )
}

/**
 * Opens the content key of a license, that of a leaf through its root (LI-56). The caller wipes it.
 *
 * @errors `UplinkMissing` for a leaf without its root, `EnvelopeDamaged`, `KeyMismatch`, those of keystore and store.
 */
export const heldContentKey = (home: Home, { license, root }: HeldLicense): TE.TaskEither<CoreFault, Secret> =>
  license.document.chain?.role === 'leaf'
    ? leafContentKey(home, license, root?.license)
    : licenseContentKey(home, license)

/** Opens a key that exported media is protected with. The caller wipes it. @errors as for {@link licenseContentKey}. */
export const targetContentKey = (
  home: Home,
  owner: Extract<EnvelopeOwner, { readonly type: 'target' }>
): TE.TaskEither<CoreFault, Secret> =>
  pipe(
    openBlock(home, owner, `target key ${owner.keyId}`),
    TE.map(({ key, blind }) => {
      wipeSecret(blind)
      return key
    })
  )
