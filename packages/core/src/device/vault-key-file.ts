import { createPublicKey, type KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { utf8 } from '../encoding/utf8'
import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { seal, sealTo, unseal, unsealWith } from '../secret/seal'
import { secretFromBytes, wipeSecret, withSecretBytes, type Secret } from '../secret/secret'
import { publishFile, writing } from './durable-file'
import { keystoreDamaged, readKeyHeader } from './key-file'
import { diversifierFile, vaultFile, type EpochPlace } from './keystore-place'
import { DIVERSIFIED_TYP, diversifiedHeaders, diversifiedKey, vaultHeader, type VaultClass } from './keystore-seals'

/** A key that license envelopes are wrapped under. */
export interface VaultKey {
  readonly generation: number
  readonly class: VaultClass
  readonly key: Secret
}

/** Which vault key is meant. */
export interface VaultKeyPlace {
  /** Folder of the key files. */
  readonly folder: string
  readonly homeId: string
  readonly epoch: number
  /** Where the epoch lies while it is put together; its number when left out. */
  readonly at?: EpochPlace
  readonly generation: number
}

/** What opens the vault keys of an epoch; both stay the keystore's. */
export interface EpochOpener {
  readonly agreement: KeyObject
  /** Of a service-issued epoch only. */
  readonly diversifier: Secret | undefined
}

const KEY_LENGTH = 32
const VAULT_CLASSES: ReadonlyArray<VaultClass> = ['backup', 'local']

const textOf = (secret: Secret): string => {
  const text = withSecretBytes(secret, (bytes) => new TextDecoder('latin1').decode(bytes))
  wipeSecret(secret)
  return text
}

const openDiversified = (
  { homeId, epoch, generation }: VaultKeyPlace,
  { agreement, diversifier }: { readonly agreement: KeyObject; readonly diversifier: Secret },
  vaultClass: VaultClass,
  jwe: string
): TE.TaskEither<unknown, Secret> => {
  const { outer, inner } = diversifiedHeaders(homeId, epoch, generation, vaultClass)
  return pipe(
    unsealWith(agreement, outer, jwe),
    TE.flatMap((opened) => async () => {
      const key = diversifiedKey(diversifier, homeId, epoch)
      const result = await unseal(key, inner, textOf(opened))()
      wipeSecret(key)
      return result
    })
  )
}

/** Opens a vault key of an epoch. @errors `KeystoreMissing`, also for a diversifier that is gone; `KeystoreDamaged`. */
export const openVaultKey = (vault: VaultKeyPlace, opener: EpochOpener): TE.TaskEither<KeystoreFault, VaultKey> => {
  const { folder, homeId, epoch, at = epoch, generation } = vault
  const { agreement, diversifier } = opener
  const place = vaultFile(folder, at, generation)
  return pipe(
    readKeyHeader(place),
    TE.flatMap(({ jwe, header }): TE.TaskEither<KeystoreFault, VaultKey> => {
      const vaultClass = VAULT_CLASSES.find((known) => known === header['class'])
      if (vaultClass === undefined) return TE.left(keystoreDamaged(place))
      const diversified = header['typ'] === DIVERSIFIED_TYP
      if (diversified && diversifier === undefined) return TE.left({ type: 'KeystoreMissing', place: diversifierFile(folder, at) })
      return pipe(
        diversified && diversifier !== undefined
          ? openDiversified(vault, { agreement, diversifier }, vaultClass, jwe)
          : unsealWith(agreement, vaultHeader(homeId, epoch, generation, vaultClass), jwe),
        TE.bimap(
          () => keystoreDamaged(place),
          (key) => ({ generation, class: vaultClass, key })
        )
      )
    })
  )
}

/** The text of a vault key's file in an epoch. The key stays the caller's. */
export const sealVaultKey = async (
  { homeId, epoch, generation }: VaultKeyPlace,
  { agreement, diversifier }: EpochOpener,
  vaultClass: VaultClass,
  key: Secret
): Promise<string> => {
  const recipient = createPublicKey(agreement)
  if (diversifier === undefined) return sealTo(recipient, vaultHeader(homeId, epoch, generation, vaultClass), key)
  const { outer, inner } = diversifiedHeaders(homeId, epoch, generation, vaultClass)
  const sealing = diversifiedKey(diversifier, homeId, epoch)
  try {
    const sealed = secretFromBytes(utf8(await seal(sealing, inner, key)))
    return await sealTo(recipient, outer, sealed).finally(() => wipeSecret(sealed))
  } finally {
    wipeSecret(sealing)
  }
}

/**
 * Makes a vault key of 32 random bytes and its file, whole, unless there is one.
 *
 * @returns whether this call made it.
 * @errors `HomeUnwritable`.
 */
export const makeVaultKey = (
  vault: VaultKeyPlace & { readonly random: Random },
  opener: EpochOpener,
  vaultClass: VaultClass
): TE.TaskEither<KeystoreFault, boolean> => {
  const { folder, epoch, at = epoch, generation, random } = vault
  const place = vaultFile(folder, at, generation)
  return writing(place, async () => {
    const key = secretFromBytes(random.bytes(KEY_LENGTH))
    try {
      return await publishFile(place, await sealVaultKey(vault, opener, vaultClass, key), random)
    } finally {
      wipeSecret(key)
    }
  })
}

