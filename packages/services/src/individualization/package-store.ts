import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

import { makeFolder, PRIVATE_FILE, syncFolder, systemCode, temporaryName, writing } from '@custody/core/device'
import { b64u, sha256 } from '@custody/core/encoding'
import type { CoreFault } from '@custody/core/fault'
import { PACKAGE_TYP, type PackageDescriptor } from '@custody/core/individualization'
import { signDocument } from '@custody/core/signed'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../authority/authority'
import { packageId, packageLines, type Enabler } from './package-lines'

/** Where packages are fetched; followed by the package's id. */
export const PACKAGES_PATH = '/v1/individualization/packages'

/** A package on the disk. */
export interface StoredPackage {
  readonly id: string
  readonly bytes: number
  /** Both ends included. */
  readonly read: (from: number, to: number) => Readable
}

/** The packages of an authority: made when what they hold changes, and kept for those who fetch one. */
export interface PackageStore {
  /** Descriptor of the newest package, compact JWS. @errors `HomeUnwritable`. */
  readonly newest: TaskEither<CoreFault, string>
  /** The package with an id, or nothing. */
  readonly find: (id: string) => Promise<StoredPackage | undefined>
}

const SMALL_LEAF = 65_536
const LARGE_LEAF = 1024 * 1024
/** Up to here a package has small leaves: 64 MiB, in bytes. */
const SMALL_PACKAGE = 64 * 1024 * 1024
/** Packages that are kept, so that a download goes on though a newer one was made meanwhile. */
const KEPT = 4
const ID = /^[A-Za-z0-9_-]{43}$/
const DATA = 'data'
const DESCRIPTOR = 'descriptor.jws'

/** Bytes of each leaf but the last. @source docs/reference/protocols.md, section 5.2 */
export const leafOf = (bytes: number): number => (bytes <= SMALL_PACKAGE ? SMALL_LEAF : LARGE_LEAF)

const writeNew = async (place: string, write: (file: FileHandle) => Promise<void>): Promise<void> => {
  const file = await open(place, 'wx', PRIVATE_FILE)
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}

const leavesOf = async (place: string, bytes: number): Promise<PackageDescriptor['leaves']> => {
  const leaf = leafOf(bytes)
  const leaves: string[] = []
  const file = await open(place, 'r')
  try {
    const buffer = new Uint8Array(leaf)
    for (let at = 0; at < bytes; at += leaf) {
      const { bytesRead } = await file.read(buffer, 0, leaf, at)
      leaves.push(b64u(sha256(buffer.subarray(0, bytesRead))))
    }
    return leaves
  } finally {
    await file.close()
  }
}

const writePackage = async (authority: Authority, id: string, enablers: ReadonlyArray<Enabler>, folder: string): Promise<void> => {
  await makeFolder(folder)
  const data = join(folder, DATA)
  await writeNew(data, async (file) => {
    for (const line of packageLines(authority, id, enablers)) await file.writeFile(line)
  })
  const { size: bytes } = await stat(data)
  const { kid, key } = authority.key('individualization-signing')
  const descriptor: PackageDescriptor = {
    v: 1,
    package: id,
    version: authority.policy().securityVersion,
    bytes,
    leaf: leafOf(bytes),
    leaves: await leavesOf(data, bytes),
    path: `${PACKAGES_PATH}/${id}`,
  }
  const jws = signDocument(key, { typ: PACKAGE_TYP, kid }, descriptor)
  await writeNew(join(folder, DESCRIPTOR), (file) => file.writeFile(jws))
  await syncFolder(folder)
}

const LOST_RACE: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST'])

/** Whole at once under its name; of several processes that make the same one, the first wins. */
const makePackage = async (authority: Authority, id: string, enablers: ReadonlyArray<Enabler>, place: string): Promise<void> => {
  const folder = temporaryName(place, authority.random)
  try {
    await writePackage(authority, id, enablers, folder)
    await rename(folder, place)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (!LOST_RACE.has(systemCode(error))) throw error
  }
}

const removeOld = async (packages: string): Promise<void> => {
  const names = (await readdir(packages)).filter((name) => ID.test(name))
  const dated = await Promise.all(names.map(async (name) => ({ name, at: (await stat(join(packages, name))).mtimeMs })))
  const old = dated.sort((left, right) => right.at - left.at).slice(KEPT)
  for (const { name } of old) await rm(join(packages, name), { recursive: true, force: true })
}

const descriptorIn = (place: string): Promise<string | undefined> =>
  readFile(join(place, DESCRIPTOR), 'latin1').catch(() => undefined)

const ensured = async (authority: Authority, packages: string, enablers: ReadonlyArray<Enabler>): Promise<string> => {
  const id = packageId(authority, enablers)
  const place = join(packages, id)
  const known = await descriptorIn(place)
  if (known !== undefined) return known
  await makePackage(authority, id, enablers, place)
  await removeOld(packages)
  return readFile(join(place, DESCRIPTOR), 'latin1')
}

const find = async (packages: string, id: string): Promise<StoredPackage | undefined> => {
  if (!ID.test(id)) return undefined
  const data = join(packages, id, DATA)
  const found = await stat(data).catch(() => undefined)
  return found && { id, bytes: found.size, read: (start, end) => createReadStream(data, { start, end }) }
}

/** The packages in the folder of an authority. @param enablers what all of them hold beside the authority's own documents. */
export const packageStore = (authority: Authority, enablers: ReadonlyArray<Enabler>): PackageStore => {
  const packages = join(authority.directory, 'packages')
  // One at a time: those who ask while one is made wait for it.
  let last: Promise<unknown> = Promise.resolve()
  const newest = writing(packages, () => {
    const made = last.then(async () => {
      await makeFolder(packages)
      return ensured(authority, packages, enablers)
    })
    last = made.catch(() => undefined)
    return made
  })
  return { newest, find: (id) => find(packages, id) }
}
