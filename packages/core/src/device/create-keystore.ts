import { createPublicKey, type KeyObject } from 'node:crypto'
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type * as T from 'fp-ts/Task'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { KeystoreFault } from '../fault/core-fault'
import type { SecurityVersion } from '../identity/security-version'
import type { Random } from '../random/random'
import type { SealHeader } from '../secret/jwe-header'
import { seal, sealTo } from '../secret/seal'
import { secretFromBytes, wipeSecret, type Secret } from '../secret/secret'
import { selfMadeCredential } from './device-credential'
import { makeFolder, PRIVATE_FILE, syncFolder, systemCode, temporariesOf, temporaryName, writing } from './durable-file'
import {
  agreementFile,
  credentialFile,
  epochFolder,
  issuerFile,
  KEYSTORE,
  logFile,
  masterFile,
  signingFile,
  vaultFile,
} from './keystore-place'
import { deviceKeyHeader, homeKeyHeader, subkey, vaultHeader } from './keystore-seals'
import { bindingKey, type BindingKey, type MachineBinding } from './machine-binding'
import { makePrivateKey, privateKeySecret, publicThumbprint } from './private-key'
import { masterHeader } from './stated-binding'
import { FIRST_GENERATIONS, type VaultGeneration } from './vault-generation-decider'

/** Where a new keystore goes and what it is bound to. */
export interface NewKeystore {
  /** The home's folder, which exists. */
  readonly directory: string
  readonly homeId: string
  readonly binding: MachineBinding
  readonly random: Random
  readonly securityVersion: SecurityVersion
  /** Number of its first epoch, 0 when left out. */
  readonly epoch?: number
  /** The vault keys that it begins with; those of a new home when left out. */
  readonly generations?: ReadonlyArray<VaultGeneration>
}

const FIRST_EPOCH = 0
const KEY_LENGTH = 32
const LOST_RACE: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT'])

/** The whole folder becomes visible at once, so its files need no temporary names of their own. */
const writeKey = (place: string, text: string): Promise<void> =>
  writeFile(place, text, { mode: PRIVATE_FILE, flag: 'wx', flush: true })

const sealPair = async (
  place: string,
  key: Secret,
  header: SealHeader,
  pair: KeyObject
): Promise<void> => {
  const plain = privateKeySecret(pair)
  try {
    await writeKey(place, await seal(key, header, plain))
  } finally {
    wipeSecret(plain)
    wipeSecret(key)
  }
}

const sealVault = async (place: string, agreement: KeyObject, header: SealHeader, random: Random): Promise<void> => {
  const vault = secretFromBytes(random.bytes(KEY_LENGTH))
  try {
    await writeKey(place, await sealTo(createPublicKey(agreement), header, vault))
  } finally {
    wipeSecret(vault)
  }
}

const writeEpoch = async (folder: string, master: Secret, request: NewKeystore): Promise<void> => {
  const { homeId, random, securityVersion, epoch = FIRST_EPOCH, generations = FIRST_GENERATIONS } = request
  const [signing, agreement] = [makePrivateKey(), makePrivateKey()]
  const headerOf = (kind: 'signing' | 'agreement', pair: KeyObject) =>
    deviceKeyHeader(kind, homeId, epoch, publicThumbprint(pair))
  const keyOf = (kind: string) => subkey(master, 'device', String(epoch), kind)
  await makeFolder(epochFolder(folder, epoch))
  await sealPair(signingFile(folder, epoch), keyOf('signing'), headerOf('signing', signing), signing)
  await sealPair(agreementFile(folder, epoch), keyOf('agreement'), headerOf('agreement', agreement), agreement)
  const credential = selfMadeCredential(epoch, securityVersion, signing, agreement)
  await writeKey(credentialFile(folder, epoch), credential)
  for (const { generation, class: vaultClass } of generations) {
    const header = vaultHeader(homeId, epoch, generation, vaultClass)
    await sealVault(vaultFile(folder, epoch, generation), agreement, header, random)
  }
  await syncFolder(epochFolder(folder, epoch))
}

const writeAll = async (folder: string, { key, check }: BindingKey, request: NewKeystore): Promise<void> => {
  const { homeId, random } = request
  await makeFolder(folder)
  const master = secretFromBytes(random.bytes(KEY_LENGTH))
  try {
    await writeKey(masterFile(folder), await seal(key, masterHeader(homeId, request.binding.stated, check), master))
    for (const [kind, place] of [['log', logFile(folder)], ['issuer', issuerFile(folder)]] as const) {
      const pair = makePrivateKey()
      await sealPair(place, subkey(master, kind), homeKeyHeader(kind, homeId, publicThumbprint(pair)), pair)
    }
    await writeEpoch(folder, master, request)
  } finally {
    wipeSecret(master)
  }
  await syncFolder(folder)
}

const makeAndPublish = async (folder: string, place: string, binding: BindingKey, request: NewKeystore): Promise<boolean> => {
  try {
    await writeAll(folder, binding, request)
    await rename(folder, place)
    await syncFolder(request.directory)
    return true
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    // Whoever won may have removed this folder as a leftover; then the rename found nothing.
    if (LOST_RACE.has(systemCode(error)) && (await holds(place))) return false
    throw error
  } finally {
    wipeSecret(binding.key)
  }
}

const holds = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false
  )

/**
 * Makes all keys of a new home in a folder of its own and moves it into place whole. Of several processes exactly one
 * keystore stays, with the home identity of the winner.
 *
 * @returns whether it was this one.
 */
export const createKeystore = (request: NewKeystore): TE.TaskEither<KeystoreFault, boolean> =>
  pipe(
    bindingKey(request.binding, request.homeId),
    TE.flatMap((binding) => {
      const place = join(request.directory, KEYSTORE)
      return writing(request.directory, () =>
        makeAndPublish(temporaryName(place, request.random), place, binding, request)
      )
    })
  )

const UNREADABLE = 'keystore.unreadable-'

/** Whatever lies under the name of the keystore is set aside under the next free number. */
const setAside = async (directory: string): Promise<void> => {
  const numbers = (await readdir(directory))
    .filter((name) => name.startsWith(UNREADABLE))
    .map((name) => Number(name.slice(UNREADABLE.length)))
  const next = Math.max(0, ...numbers.filter(Number.isInteger)) + 1
  if (await holds(join(directory, KEYSTORE))) await rename(join(directory, KEYSTORE), join(directory, `${UNREADABLE}${next}`))
}

/**
 * Makes all keys anew, whole in a folder of their own, and only then sets the ones before aside as `keystore.unreadable-<n>`.
 *
 * @errors `HomeUnwritable`, those of the binding.
 */
export const replaceKeystore = (request: NewKeystore): TE.TaskEither<KeystoreFault, boolean> => {
  const { directory, random } = request
  const place = join(directory, KEYSTORE)
  return pipe(
    bindingKey(request.binding, request.homeId),
    TE.flatMap((binding) =>
      writing(directory, async () => {
        const folder = temporaryName(place, random)
        await writeAll(folder, binding, request).finally(() => {
          wipeSecret(binding.key)
        })
        await setAside(directory)
        await rename(folder, place)
        await syncFolder(directory)
        return true
      })
    )
  )
}

/** Removes what runs that were killed left of keystores; to be called when the home has one. Never fails. */
export const removeUnfinishedKeystores =
  (directory: string): T.Task<void> =>
  async () => {
    const leftovers = await temporariesOf(join(directory, KEYSTORE)).catch(() => [])
    for (const folder of leftovers) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
