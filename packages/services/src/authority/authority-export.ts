import { open, readdir, readFile, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { makeFolder, PRIVATE_FILE, syncFolder, temporaryName, writing } from '@custody/core/device'
import { b64u, decodeB64u, tuple } from '@custody/core/encoding'
import type { CoreFault } from '@custody/core/fault'
import type { Random } from '@custody/core/random'
import {
  nonceSource,
  openGcm,
  PASSPHRASE_SALT_LENGTH,
  passphraseKey,
  sealGcm,
  wipeSecret,
  type Secret,
} from '@custody/core/secret'
import { copySqliteLog } from '@custody/core/store/sqlite'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { isThere, readKeys, wipeKeys } from './authority-keys'
import { eventsFile, keysFolder } from './authority-place'

/** What an export is made from, or goes to. */
export interface AuthorityExport {
  /** Folder of the authority. */
  readonly directory: string
  readonly file: string
  /** UTF-8, as it was typed. */
  readonly passphrase: Secret
  readonly random: Random
}

const KIND = 'custody-authority-export+1'
const PIECE = 1024 * 1024
const LENGTH_BYTES = 4
const NONCE_BYTES = 12
const TAG_BYTES = 16
const NAME_BYTES = 1
const MAX_NAME = 255
const MAX_PIECE = NAME_BYTES + MAX_NAME + PIECE + TAG_BYTES
const LOG = 'events.db'
const KEY_FILE = /^keys\/[A-Za-z0-9_-]{1,120}\.(?:der|key)$/
const HEADER = new RegExp(`^\\{"salt":"([A-Za-z0-9_-]{22})","typ":"${KIND.replace('+', '\\+')}"\\}$`)
/** Of the first line with its line feed. */
const HEADER_BYTES = Buffer.byteLength(`{"salt":"","typ":"${KIND}"}\n`) + 22

const aad = (header: string, index: number): Uint8Array => tuple('custody/authority-export/1', header, String(index))

/** Each piece says whose it is, and its place is sealed with it: none can be moved, doubled or left out. The last one is empty. */
const sealedPieces = (file: FileHandle, key: Secret, header: string, random: Random) => {
  const nonces = nonceSource(random)
  let index = 0
  return async (name: string, bytes: Uint8Array): Promise<void> => {
    const plain = new Uint8Array(NAME_BYTES + name.length + bytes.length)
    plain[0] = name.length
    plain.set(Buffer.from(name, 'latin1'), NAME_BYTES)
    plain.set(bytes, NAME_BYTES + name.length)
    const { nonce, sealed } = sealGcm(key, nonces, plain, aad(header, index))
    plain.fill(0)
    index += 1
    const length = new Uint8Array(LENGTH_BYTES)
    new DataView(length.buffer).setUint32(0, sealed.length)
    await file.writeFile(Buffer.concat([length, nonce, sealed]))
  }
}

const writeAll = async (directory: string, log: string | undefined, write: ReturnType<typeof sealedPieces>): Promise<void> => {
  for (const name of await readdir(keysFolder(directory))) {
    const bytes = await readFile(join(keysFolder(directory), name))
    await write(`keys/${name}`, bytes)
    bytes.fill(0)
  }
  if (log !== undefined) {
    const file = await open(log, 'r')
    try {
      const buffer = new Uint8Array(PIECE)
      for (let read = await file.read(buffer); read.bytesRead > 0; read = await file.read(buffer)) {
        await write(LOG, buffer.subarray(0, read.bytesRead))
      }
    } finally {
      await file.close()
    }
  }
  await write('', new Uint8Array())
}

const exportTo = async ({ directory, file, passphrase, random }: AuthorityExport, log: string | undefined): Promise<void> => {
  const header = `{"salt":"${b64u(random.bytes(PASSPHRASE_SALT_LENGTH))}","typ":"${KIND}"}`
  const salt = saltOf(header)
  if (salt === undefined) throw new TypeError('a header that was just made is one')
  const temporary = temporaryName(file, random)
  const key = await passphraseKey(passphrase, salt)
  try {
    const handle = await open(temporary, 'wx', PRIVATE_FILE)
    try {
      await handle.writeFile(`${header}\n`)
      await writeAll(directory, log, sealedPieces(handle, key, header, random))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
    await syncFolder(dirname(file))
  } finally {
    wipeSecret(key)
    await rm(temporary, { force: true })
  }
}

/** A copy of the log at one moment, or nothing where it lies elsewhere. */
const copiedLog = ({ directory, random }: AuthorityExport): TE.TaskEither<CoreFault, string | undefined> => async () => {
  const log = eventsFile(directory)
  if (!(await isThere(log))) return E.right(undefined)
  const copy = temporaryName(log, random)
  const copied = copySqliteLog(log, copy)
  if (E.isRight(copied)) return E.right(copy)
  await rm(copy, { force: true })
  return copied
}

/**
 * Writes an authority's keys and log as one file under a passphrase; other processes may work with it meanwhile. A log that lies
 * elsewhere than in the folder is not in it.
 *
 * @errors `KeystoreMissing`, `KeystoreDamaged`, `HomeUnwritable`, those of the log.
 * @source docs/reference/protocols.md, section 4.8
 */
export const exportAuthority = (request: AuthorityExport): TE.TaskEither<CoreFault, void> =>
  pipe(
    // So that nobody keeps an export of keys that do not open.
    readKeys(request.directory),
    TE.mapLeft((fault): CoreFault => fault),
    TE.tapIO((keys) => () => wipeKeys(keys)),
    TE.flatMap(() => copiedLog(request)),
    TE.flatMap((log) => writing(request.file, () => exportTo(request, log).finally(() => log && rm(log, { force: true }))))
  )

const saltOf = (header: string): Uint8Array | undefined => {
  const salt = decodeB64u(HEADER.exec(header)?.[1] ?? '')
  return O.isSome(salt) && salt.value.length === PASSPHRASE_SALT_LENGTH ? salt.value : undefined
}

const readExactly = async (file: FileHandle, length: number): Promise<Uint8Array | undefined> => {
  const bytes = new Uint8Array(length)
  const { bytesRead } = await file.read(bytes, 0, length)
  return bytesRead === length ? bytes : undefined
}

const isEnd = async (file: FileHandle): Promise<boolean> => (await file.read(new Uint8Array(1), 0, 1)).bytesRead === 0

const readPiece = async (file: FileHandle, key: Secret, header: string, index: number) => {
  const length = await readExactly(file, LENGTH_BYTES)
  const size = length === undefined ? 0 : new DataView(length.buffer).getUint32(0)
  if (size < TAG_BYTES || size > MAX_PIECE) return undefined
  const nonce = await readExactly(file, NONCE_BYTES)
  const sealed = await readExactly(file, size)
  const plain = nonce && sealed ? openGcm(key, nonce, sealed, aad(header, index)) : E.left(undefined)
  if (E.isLeft(plain)) return undefined
  const start = NAME_BYTES + (plain.right[0] ?? 0)
  return { name: Buffer.from(plain.right.subarray(NAME_BYTES, start)).toString('latin1'), bytes: plain.right.subarray(start) }
}

/** Writes what the pieces say into a folder. @returns whether the file was whole. */
const readAll = async (file: FileHandle, key: Secret, header: string, folder: string): Promise<boolean> => {
  await makeFolder(keysFolder(folder))
  for (let index = 0; ; index++) {
    const piece = await readPiece(file, key, header, index)
    if (piece === undefined) return false
    const { name, bytes } = piece
    if (name === '') return isEnd(file)
    if (name !== LOG && !KEY_FILE.test(name)) return false
    const target = await open(join(folder, name), 'a', PRIVATE_FILE)
    try {
      await target.writeFile(bytes)
      await target.sync()
    } finally {
      bytes.fill(0)
      await target.close()
    }
  }
}

const importFrom = async ({ directory, file, passphrase, random }: AuthorityExport): Promise<boolean> => {
  await makeFolder(dirname(directory))
  const folder = temporaryName(directory, random)
  const handle = await open(file, 'r')
  try {
    const header = Buffer.from((await readExactly(handle, HEADER_BYTES)) ?? []).toString('latin1').slice(0, -1)
    const salt = saltOf(header)
    if (salt === undefined) return false
    const key = await passphraseKey(passphrase, salt)
    const isWhole = await readAll(handle, key, header, folder).finally(() => wipeSecret(key))
    if (!isWhole) return false
    await syncFolder(keysFolder(folder))
    await syncFolder(folder)
    await rename(folder, directory)
    await syncFolder(dirname(directory))
    return true
  } finally {
    await handle.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Makes the folder of an authority from an export; the whole folder appears, or nothing.
 *
 * @errors `SealBroken` for another passphrase or a changed file, which are not told apart; `HomeUnwritable` where the folder
 * holds something already.
 */
export const importAuthority = (request: AuthorityExport): TE.TaskEither<CoreFault, void> =>
  pipe(
    writing(request.directory, () => importFrom(request)),
    TE.mapLeft((fault): CoreFault => fault),
    TE.filterOrElse(
      (isWhole) => isWhole,
      (): CoreFault => ({ type: 'SealBroken' })
    ),
    TE.map(() => undefined)
  )
