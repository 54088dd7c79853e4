import { link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import { hex } from '../encoding/hex'
import type { KeystoreFault } from '../fault/core-fault'
import type { Random } from '../random/random'

/** Readable and writable by its owner alone. */
export const PRIVATE_FILE = 0o600
/** Enterable by its owner alone. */
export const PRIVATE_FOLDER = 0o700

/** A folder or file that cannot be made. */
export type HomeUnwritable = Extract<KeystoreFault, { readonly type: 'HomeUnwritable' }>

const SUFFIX_LENGTH = 8

/** The error code of a failed system call, or `UNKNOWN`. */
export const systemCode = (error: unknown): string =>
  error instanceof Error || (typeof error === 'object' && error !== null)
    ? 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'UNKNOWN'
    : 'UNKNOWN'

/** Runs file operations; whatever they fail with becomes `HomeUnwritable` at `place`. */
export const writing =
  <A>(place: string, work: () => Promise<A>): TaskEither<HomeUnwritable, A> =>
  async () => {
    try {
      return E.right(await work())
    } catch (error) {
      return E.left({ type: 'HomeUnwritable', place, code: systemCode(error) })
    }
  }

/** Makes a folder and those above it, durably and for its owner alone; one that exists is left as it is. */
export const makeFolder = async (folder: string): Promise<void> => {
  const highest = await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER })
  if (highest === undefined) return
  // A folder lasts when the one above it was made durable, up to the one that was there before.
  const end = dirname(resolve(highest))
  for (let above = dirname(resolve(folder)); above.length >= end.length; above = dirname(above)) {
    // A folder that may be entered and not read cannot be synchronized; the home works without.
    await syncFolder(above).catch(() => undefined)
    if (above === end) return
  }
}

/** Makes the entries of a folder last through a power cut. */
export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const writeSynced = async (place: string, content: string | Uint8Array): Promise<void> => {
  const handle = await open(place, 'wx', PRIVATE_FILE)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const TEMPORARY_NAME = new RegExp(`^\\..+\\.[0-9a-f]{${2 * SUFFIX_LENGTH}}$`)
const TEMPORARY_SUFFIX = new RegExp(`^[0-9a-f]{${2 * SUFFIX_LENGTH}}$`)

/** A hidden name beside a place, which nobody else has. */
export const temporaryName = (place: string, random: Random): string =>
  join(dirname(place), `.${basename(place)}.${hex(random.bytes(SUFFIX_LENGTH))}`)

/** Whether a name in a folder is one that {@link temporaryName} gives, for whatever file. */
export const isTemporaryName = (name: string): boolean => TEMPORARY_NAME.test(name)

/** Everything beside a place that goes by a name which {@link temporaryName} gave. */
export const temporariesOf = async (place: string): Promise<ReadonlyArray<string>> => {
  const start = `.${basename(place)}.`
  return (await readdir(dirname(place)))
    .filter((name) => name.startsWith(start) && TEMPORARY_SUFFIX.test(name.slice(start.length)))
    .map((name) => join(dirname(place), name))
}

/**
 * Removes what writers of a place that were killed left beside it. One that is just writing loses its file with them, and finds out
 * when it gives it the name.
 */
const removeTemporaries = async (place: string): Promise<void> => {
  for (const name of await temporariesOf(place)) await rm(name, { force: true })
}

/** Whether the step was done; not when another writer's {@link removeTemporaries} came first. Throws all other errors. */
const named = async (step: Promise<void>): Promise<boolean> => {
  try {
    await step
    return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Writes a file so that its name holds the old or the new content, whole, at every moment. */
export const replaceFile = async (place: string, content: string | Uint8Array, random: Random): Promise<void> => {
  for (let done = false; !done; ) {
    const temporary = temporaryName(place, random)
    try {
      await writeSynced(temporary, content)
      // Whoever took the file away has written the place meanwhile; this content comes after.
      done = await named(rename(temporary, place))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }
  await removeTemporaries(place)
  await syncFolder(dirname(place))
}

const linked = async (temporary: string, place: string): Promise<boolean> => {
  try {
    // Whoever took the file away has given the name to its own.
    return await named(link(temporary, place))
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Writes a file under a new name, whole; of several processes that race for the name exactly one wins. @returns whether this one did. */
export const publishFile = async (place: string, content: string | Uint8Array, random: Random): Promise<boolean> => {
  const temporary = temporaryName(place, random)
  try {
    await writeSynced(temporary, content)
    const won = await linked(temporary, place)
    if (won) await syncFolder(dirname(place))
    // Throws where the name is nobody's after all.
    if (!won) await stat(place)
    await removeTemporaries(place)
    return won
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Overwrites a file and removes it, durably; nothing for one that is not there. Throws the file system's error. */
export const destroyFile = async (place: string): Promise<void> => {
  try {
    const handle = await open(place, 'r+')
    try {
      const { size } = await handle.stat()
      await handle.write(new Uint8Array(size), 0, size, 0)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    throw error
  }
  await rm(place, { force: true })
  await syncFolder(dirname(place))
}

/** Removes the second name that a file keeps when its writer was killed between giving it its name and taking the first one away. */
export const removeSecondNames = async (place: string): Promise<void> => {
  const { ino, nlink } = await stat(place, { bigint: true })
  if (nlink < 2n) return
  for (const name of await temporariesOf(place)) {
    const found = await stat(name, { bigint: true }).catch(() => undefined)
    if (found?.ino === ino) await rm(name, { force: true })
  }
}
