import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { ServiceKeyUse } from '@custody/core/authority'
import {
  makeFolder,
  makePrivateKey,
  PRIVATE_FILE,
  publishFile,
  readFailure,
  syncFolder,
  systemCode,
  temporariesOf,
  temporaryName,
  writing,
} from '@custody/core/device'
import type { KeystoreFault } from '@custody/core/fault'
import type { Random } from '@custody/core/random'
import { secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import {
  keysFolder,
  NONCE_FILE,
  readServiceKeyFile,
  ROOT_FILE,
  SERVICE_KEY_USES,
  serviceKeyFile,
  STATE_FILE,
} from './authority-place'

/** A private key of a service. */
export interface OwnServiceKey {
  readonly use: ServiceKeyUse
  /** Thumbprint of the public half. */
  readonly kid: string
  readonly key: KeyObject
}

/** All private keys of an authority, those of former times too. */
export interface AuthorityKeys {
  readonly root: KeyObject
  readonly service: ReadonlyMap<string, OwnServiceKey>
  readonly nonceKey: Secret
  readonly stateKey: Secret
}

const KEY_LENGTH = 32
const LOST_RACE: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOENT'])
const P256 = 'prime256v1'

const bytesOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' })

const writeBytes = async (place: string, bytes: Uint8Array): Promise<void> => {
  try {
    await writeFile(place, bytes, { mode: PRIVATE_FILE, flag: 'wx', flush: true })
  } finally {
    bytes.fill(0)
  }
}

const writeAll = async (folder: string, random: Random): Promise<void> => {
  await makeFolder(folder)
  await writeBytes(join(folder, ROOT_FILE), bytesOf(makePrivateKey()))
  for (const use of SERVICE_KEY_USES) {
    const key = makePrivateKey()
    await writeBytes(join(folder, serviceKeyFile(use, thumbprint(key))), bytesOf(key))
  }
  await writeBytes(join(folder, NONCE_FILE), random.bytes(KEY_LENGTH))
  await writeBytes(join(folder, STATE_FILE), random.bytes(KEY_LENGTH))
  await syncFolder(folder)
}

/** Whether a file or folder is there. */
export const isThere = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false
  )

/**
 * Makes all keys of a new authority in a folder of its own and moves it into place whole. Of several processes exactly one
 * set of keys stays. @returns whether it was this one's.
 */
export const makeKeys = (directory: string, random: Random): TaskEither<KeystoreFault, boolean> => {
  const place = keysFolder(directory)
  return writing(place, async () => {
    const folder = temporaryName(place, random)
    try {
      await writeAll(folder, random)
      await rename(folder, place)
      await syncFolder(directory)
      return true
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      if (LOST_RACE.has(systemCode(error)) && (await isThere(place))) return false
      throw error
    }
  })
}

/** Removes what runs that were killed left of keys; to be called when the authority has its own. */
export const removeUnfinishedKeys = async (directory: string): Promise<void> => {
  for (const folder of await temporariesOf(keysFolder(directory)).catch(() => [])) await rm(folder, { recursive: true, force: true })
}

/** Writes one more key of a service. @returns the key. */
export const addServiceKey = (
  directory: string,
  use: ServiceKeyUse,
  random: Random
): TaskEither<KeystoreFault, OwnServiceKey> => {
  const key = makePrivateKey()
  const kid = thumbprint(key)
  const place = join(keysFolder(directory), serviceKeyFile(use, kid))
  return writing(place, async () => {
    const bytes = bytesOf(key)
    try {
      await publishFile(place, bytes, random)
    } finally {
      bytes.fill(0)
    }
    return { use, kid, key }
  })
}

class Damaged extends Error {
  constructor(readonly place: string) {
    super('damaged')
  }
}

const readKey = async (place: string): Promise<KeyObject> => {
  const bytes = await readFile(place)
  try {
    const key = createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    if (key.asymmetricKeyDetails?.namedCurve === P256) return key
  } catch {
    throw new Damaged(place)
  } finally {
    bytes.fill(0)
  }
  throw new Damaged(place)
}

const readSecret = async (place: string): Promise<Secret> => {
  const bytes = await readFile(place)
  if (bytes.length !== KEY_LENGTH) throw new Damaged(place)
  return secretFromBytes(bytes)
}

const readServiceKeys = async (folder: string): Promise<ReadonlyMap<string, OwnServiceKey>> => {
  const keys = new Map<string, OwnServiceKey>()
  for (const name of await readdir(folder)) {
    const named = readServiceKeyFile(name)
    if (named === undefined) continue
    const key = await readKey(join(folder, name))
    if (thumbprint(key) !== named.kid) throw new Damaged(join(folder, name))
    keys.set(named.kid, { ...named, key })
  }
  return keys
}

/** Opens all keys. @errors `KeystoreMissing`, `KeystoreDamaged`, `HomeUnwritable` where the system refuses to read. */
export const readKeys = (directory: string): TaskEither<KeystoreFault, AuthorityKeys> => async () => {
  const folder = keysFolder(directory)
  const place = (name: string): string => join(folder, name)
  try {
    await readdir(folder)
    const service = await readServiceKeys(folder)
    const root = await readKey(place(ROOT_FILE))
    const nonceKey = await readSecret(place(NONCE_FILE))
    return E.right({ root, service, nonceKey, stateKey: await readSecret(place(STATE_FILE)) })
  } catch (error) {
    return E.left(error instanceof Damaged ? { type: 'KeystoreDamaged', place: error.place } : readFailure(folder, error))
  }
}

/** Forgets the keys that can be forgotten. */
export const wipeKeys = ({ nonceKey, stateKey }: AuthorityKeys): void => {
  wipeSecret(nonceKey)
  wipeSecret(stateKey)
}

