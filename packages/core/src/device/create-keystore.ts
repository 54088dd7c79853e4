import { createPublicKey, type KeyObject } from 'node:crypto'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
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
import { bindingCheck, deviceKeyHeader, homeKeyHeader, masterHeader, subkey, vaultHeader } from './keystore-seals'
import { bindingKey, type MachineBinding } from './machine-binding'
import { makePrivateKey, privateKeySecret, publicThumbprint } from './private-key'
import { FIRST_GENERATIONS } from './vault-generation-decider'

/** Where a new keystore goes and what it is bound to. */
export interface NewKeystore {
  /** The home's folder, which exists. */
  readonly directory: string
  readonly homeId: string
  readonly binding: MachineBinding
  readonly random: Random
  readonly securityVersion: SecurityVersion
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
  const { homeId, random, securityVersion } = request
  const [signing, agreement] = [makePrivateKey(), makePrivateKey()]
  const headerOf = (kind: 'signing' | 'agreement', pair: KeyObject) =>
    deviceKeyHeader(kind, homeId, FIRST_EPOCH, publicThumbprint(pair))
  const keyOf = (kind: string) => subkey(master, 'device', String(FIRST_EPOCH), kind)
  await makeFolder(epochFolder(folder, FIRST_EPOCH))
  await sealPair(signingFile(folder, FIRST_EPOCH), keyOf('signing'), headerOf('signing', signing), signing)
  await sealPair(agreementFile(folder, FIRST_EPOCH), keyOf('agreement'), headerOf('agreement', agreement), agreement)
  const credential = selfMadeCredential(FIRST_EPOCH, securityVersion, signing, agreement)
  await writeKey(credentialFile(folder, FIRST_EPOCH), credential)
  for (const { generation, class: vaultClass } of FIRST_GENERATIONS) {
    const header = vaultHeader(homeId, FIRST_EPOCH, generation, vaultClass)
    await sealVault(vaultFile(folder, FIRST_EPOCH, generation), agreement, header, random)
  }
  await syncFolder(epochFolder(folder, FIRST_EPOCH))
}

const writeAll = async (folder: string, binding: Secret, request: NewKeystore): Promise<void> => {
  const { homeId, random } = request
  await makeFolder(folder)
  const master = secretFromBytes(random.bytes(KEY_LENGTH))
  try {
    await writeKey(masterFile(folder), await seal(binding, masterHeader(homeId, bindingCheck(binding)), master))
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

const makeAndPublish = async (folder: string, place: string, binding: Secret, request: NewKeystore): Promise<boolean> => {
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
    wipeSecret(binding)
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

/** Removes what runs that were killed left of keystores; to be called when the home has one. Never fails. */
export const removeUnfinishedKeystores =
  (directory: string): T.Task<void> =>
  async () => {
    const leftovers = await temporariesOf(join(directory, KEYSTORE)).catch(() => [])
    for (const folder of leftovers) await rm(folder, { recursive: true, force: true }).catch(() => undefined)
  }
