import { createPublicKey, type KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'
import { sealTo, unsealWith } from '../secret/seal'
import { secretFromBytes, wipeSecret, type Secret } from '../secret/secret'
import { publishFile, writing } from './durable-file'
import { keystoreDamaged, readKeyHeader } from './key-file'
import { vaultFile } from './keystore-place'
import { vaultHeader, type VaultClass } from './keystore-seals'

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
  readonly generation: number
}

const KEY_LENGTH = 32
const VAULT_CLASSES: ReadonlyArray<VaultClass> = ['backup', 'local']

/** Opens a vault key with the agreement key of its epoch. @errors `KeystoreMissing`, `KeystoreDamaged`. */
export const openVaultKey = (
  { folder, homeId, epoch, generation }: VaultKeyPlace,
  agreement: KeyObject
): TE.TaskEither<KeystoreFault, VaultKey> => {
  const place = vaultFile(folder, epoch, generation)
  return pipe(
    readKeyHeader(place),
    TE.flatMap(({ jwe, header }): TE.TaskEither<KeystoreFault, VaultKey> => {
      const vaultClass = VAULT_CLASSES.find((known) => known === header['class'])
      if (vaultClass === undefined) return TE.left(keystoreDamaged(place))
      return pipe(
        unsealWith(agreement, vaultHeader(homeId, epoch, generation, vaultClass), jwe),
        TE.bimap(
          () => keystoreDamaged(place),
          (key) => ({ generation, class: vaultClass, key })
        )
      )
    })
  )
}

/**
 * Makes a vault key of 32 random bytes and its file, whole, unless there is one.
 *
 * @returns whether this call made it.
 * @errors `HomeUnwritable`.
 */
export const makeVaultKey = (
  { folder, homeId, epoch, generation, random }: VaultKeyPlace & { readonly random: Random },
  agreement: KeyObject,
  vaultClass: VaultClass
): TE.TaskEither<KeystoreFault, boolean> => {
  const place = vaultFile(folder, epoch, generation)
  return writing(place, async () => {
    const key = secretFromBytes(random.bytes(KEY_LENGTH))
    try {
      const text = await sealTo(createPublicKey(agreement), vaultHeader(homeId, epoch, generation, vaultClass), key)
      return await publishFile(place, text, random)
    } finally {
      wipeSecret(key)
    }
  })
}
