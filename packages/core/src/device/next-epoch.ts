import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import { CoreError } from '../fault/core-error'
import type { KeystoreFault } from '../fault/core-fault'
import { runTask } from '../fault/run-task'
import type { Random } from '../random/random'
import { secretEquals, wipeSecret, type Secret } from '../secret/secret'
import { readDiversifier } from './diversifier'
import { destroyFile, isTemporaryName, makeFolder, replaceFile, syncFolder, systemCode, writing } from './durable-file'
import { keystoreDamaged } from './key-file'
import { openKeyPair, sealKeyPair, type OwnKey } from './key-pair-file'
import {
  agreementFile,
  credentialFile,
  diversifierFile,
  epochFolder,
  epochsFolder,
  packageFile,
  partialEpoch,
  signingFile,
  vaultFile,
  type EpochPlace,
} from './keystore-place'
import { deviceKeyHeader, subkey } from './keystore-seals'
import { makePrivateKey, publicThumbprint } from './private-key'
import { makeVaultKey, openVaultKey, sealVaultKey, type EpochOpener, type VaultKey } from './vault-key-file'
import type { VaultGeneration } from './vault-generation-decider'

/** The two key pairs of an epoch. */
export interface EpochPairs {
  readonly signing: OwnKey
  readonly agreement: OwnKey
}

/** Where the next epoch is put together, and with what. The master key stays the keystore's. */
export interface NextEpoch {
  /** Folder of the key files. */
  readonly folder: string
  readonly homeId: string
  readonly random: Random
  readonly epoch: number
  readonly master: Secret
}

const KINDS = ['signing', 'agreement'] as const
const PLACES = { signing: signingFile, agreement: agreementFile }

const isThere = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false
  )

/** A run that was cut off after its folder got the final name goes on there. */
const placeOf = async ({ folder, epoch }: NextEpoch): Promise<EpochPlace> =>
  (await isThere(epochFolder(folder, epoch))) ? epoch : partialEpoch(epoch)

const pairKey = ({ master, epoch }: NextEpoch, kind: string): Secret => subkey(master, 'device', String(epoch), kind)

const openPair = async (next: NextEpoch, at: EpochPlace, kind: (typeof KINDS)[number]): Promise<E.Either<KeystoreFault, OwnKey>> => {
  const { folder, homeId, epoch } = next
  const key = pairKey(next, kind)
  const pair = await openKeyPair(PLACES[kind](folder, at), key, (kid) => deviceKeyHeader(kind, homeId, epoch, kid))()
  wipeSecret(key)
  return pair
}

const openPairs = async (next: NextEpoch, at: EpochPlace): Promise<EpochPairs | undefined> => {
  const [signing, agreement] = [await openPair(next, at, 'signing'), await openPair(next, at, 'agreement')]
  return E.isRight(signing) && E.isRight(agreement) ? { signing: signing.right, agreement: agreement.right } : undefined
}

const makePairs = async (next: NextEpoch): Promise<void> => {
  const { folder, homeId, random, epoch } = next
  const at = partialEpoch(epoch)
  await rm(epochFolder(folder, at), { recursive: true, force: true })
  await makeFolder(epochFolder(folder, at))
  for (const kind of KINDS) {
    const [pair, key] = [makePrivateKey(), pairKey(next, kind)]
    try {
      const text = await sealKeyPair(key, deviceKeyHeader(kind, homeId, epoch, publicThumbprint(pair)), pair)
      await replaceFile(PLACES[kind](folder, at), text, random)
    } finally {
      wipeSecret(key)
    }
  }
}

/**
 * The key pairs of the next epoch: those that a run which was cut off left, or new ones, durable before they are answered.
 *
 * @errors `HomeUnwritable`.
 */
export const pendingPairs = (next: NextEpoch): TE.TaskEither<KeystoreFault, EpochPairs> =>
  writing(epochFolder(next.folder, partialEpoch(next.epoch)), async () => {
    const left = await openPairs(next, await placeOf(next))
    if (left !== undefined) return left
    await makePairs(next)
    const made = await openPairs(next, partialEpoch(next.epoch))
    if (made === undefined) throw new TypeError('keys that were just made do not open')
    return made
  })

/** What a service gave for the next epoch. */
export interface GrantedEpoch {
  /** JWS, public. */
  readonly credential: string
  /** JWE to the epoch's agreement key. */
  readonly diversifier: string
}

/** Keeps what the service gave beside the new keys. @errors `HomeUnwritable`. */
export const keepGranted = (next: NextEpoch, { credential, diversifier }: GrantedEpoch): TE.TaskEither<KeystoreFault, void> =>
  writing(epochFolder(next.folder, next.epoch), async () => {
    const at = await placeOf(next)
    await replaceFile(diversifierFile(next.folder, at), diversifier, next.random)
    await replaceFile(credentialFile(next.folder, at), credential, next.random)
  })

const syncFile = async (place: string): Promise<void> => {
  const handle = await open(place, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Puts the package that came with the epoch beside its keys. It stays where it was downloaded too, for a run that is cut off.
 *
 * @errors `HomeUnwritable`.
 */
export const keepPackage = (next: NextEpoch, downloaded: string): TE.TaskEither<KeystoreFault, void> =>
  writing(downloaded, async () => {
    const place = packageFile(next.folder, await placeOf(next))
    await copyFile(downloaded, place)
    await syncFile(place)
  })

/** What the next epoch has to hold to be whole. */
export interface EpochContent {
  /** The vault keys that envelopes may lie under, open. */
  readonly vaults: ReadonlyArray<VaultKey>
  /** The vault keys that begin with the epoch. */
  readonly fresh: ReadonlyArray<VaultGeneration>
}

const opensAs = async (place: Parameters<typeof openVaultKey>[0], opener: EpochOpener, vault: VaultKey): Promise<boolean> => {
  const opened = await openVaultKey(place, opener)()
  if (E.isLeft(opened)) return false
  const same = opened.right.class === vault.class && secretEquals(opened.right.key, vault.key)
  wipeSecret(opened.right.key)
  return same
}

const reseal = async (next: NextEpoch, at: EpochPlace, opener: EpochOpener, vault: VaultKey): Promise<void> => {
  const place = { ...next, at, generation: vault.generation }
  if (await opensAs(place, opener, vault)) return
  const file = vaultFile(next.folder, at, vault.generation)
  await replaceFile(file, await sealVaultKey(place, opener, vault.class, vault.key), next.random)
  // Only what opened again may carry licenses over.
  if (!(await opensAs(place, opener, vault))) throw new CoreError(keystoreDamaged(file))
}

const begin = async (next: NextEpoch, at: EpochPlace, opener: EpochOpener, { generation, class: vaultClass }: VaultGeneration) => {
  const place = { ...next, at, generation }
  const file = vaultFile(next.folder, at, generation)
  await rm(file, { force: true })
  await runTask(makeVaultKey(place, opener, vaultClass))
  const opened = await openVaultKey(place, opener)()
  if (E.isLeft(opened) || opened.right.class !== vaultClass) throw new CoreError(keystoreDamaged(file))
  wipeSecret(opened.right.key)
}

/** What writers that were killed left of this epoch's files; while it is put together nobody else writes there. */
const removeTemporaries = async (folder: string): Promise<void> => {
  for (const name of (await readdir(folder)).filter(isTemporaryName)) await destroyFile(join(folder, name))
}

const complete = async (next: NextEpoch, { vaults, fresh }: EpochContent): Promise<void> => {
  const { folder, epoch } = next
  const at = await placeOf(next)
  const pairs = await openPairs(next, at)
  if (pairs === undefined) throw new CoreError(keystoreDamaged(epochFolder(folder, at)))
  const agreement = pairs.agreement.key
  const diversifier = await runTask(readDiversifier(diversifierFile(folder, at), epoch, agreement))
  if (diversifier === undefined) throw new CoreError({ type: 'KeystoreMissing', place: diversifierFile(folder, at) })
  try {
    const opener = { agreement, diversifier }
    for (const vault of vaults) await reseal(next, at, opener, vault)
    for (const generation of fresh) await begin(next, at, opener, generation)
  } finally {
    wipeSecret(diversifier)
  }
  await removeTemporaries(epochFolder(folder, at))
  await syncFolder(epochFolder(folder, at))
  if (at === epoch) return
  await rename(epochFolder(folder, at), epochFolder(folder, epoch))
  await syncFolder(epochsFolder(folder))
}

/**
 * Makes the next epoch whole under its final name: every vault key sealed to its agreement key and opened again. It counts
 * only when the log says so; until then the call may be repeated with other vault keys.
 *
 * @errors `KeystoreDamaged`, `KeystoreMissing`, `HomeUnwritable`.
 */
export const completeEpoch =
  (next: NextEpoch, content: EpochContent): TE.TaskEither<KeystoreFault, void> =>
  async () => {
    try {
      await complete(next, content)
      return E.right(undefined)
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault as KeystoreFault)
      return E.left({ type: 'HomeUnwritable', place: epochFolder(next.folder, next.epoch), code: systemCode(error) })
    }
  }

const SECRET = '.jwe'

/** Overwrites what is secret and removes all but the credential, which tells later what the epoch was. */
const destroyIn = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const place = join(folder, name)
    if (name.endsWith(SECRET)) await destroyFile(place)
    else if (name !== basename(credentialFile('', 0))) await rm(place, { force: true })
  }
}

/**
 * Destroys the keys of every epoch but one: of earlier ones all but the public credential stays, of later ones and of those
 * that were being put together nothing.
 *
 * @param pending an epoch that is being put together and goes on.
 * @errors `HomeUnwritable`.
 */
export const destroyOtherEpochs = (
  folder: string,
  present: number,
  pending: number | undefined
): TE.TaskEither<KeystoreFault, void> =>
  writing(epochsFolder(folder), async () => {
    const kept = new Set([present, ...(pending === undefined ? [] : [pending, partialEpoch(pending)])].map(String))
    const others = (await readdir(epochsFolder(folder))).filter((name) => !kept.has(name))
    for (const name of others) {
      const place = join(epochsFolder(folder), name)
      const earlier = /^\d+$/.test(name) && Number(name) < present
      await destroyIn(place)
      if (!earlier) await rm(place, { recursive: true, force: true })
    }
  })
