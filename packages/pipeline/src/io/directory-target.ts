import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSink } from './byte-sink'
import { openInside, openKept } from './directory-file'
import { codeOf, sinkFailed, targetExists, targetFault } from './io-fault'
import { nextPartialName, removeStalePartials, restoreStalePartial } from './partial-name'
import { syncFolder } from './sync-folder'

/** A folder that appears under its name only when every file in it is whole. */
export interface DirectoryTarget {
  readonly place: string
  /** Opens a new file in the folder. `commit` of the sink makes its bytes durable; the name shows with the folder's. */
  readonly file: (name: string) => TE.TaskEither<IoFault, ByteSink>
  /** Removes a file that was committed; the folder goes without it. */
  readonly remove: (name: string) => TE.TaskEither<IoFault, void>
  /**
   * Gives the folder its name, and removes what stood there when overwriting was asked for.
   *
   * @errors `TargetExists` when the place was filled meanwhile; `SinkFailed`, and what stood there stands there still.
   */
  readonly commit: () => TE.TaskEither<IoFault, void>
  /** Removes everything that was written. Never fails; harmless after `commit`. */
  readonly abort: () => TE.TaskEither<never, void>
}

/**
 * Opens a folder for writing. An empty folder at the place is taken; any other content is refused unless it may be
 * replaced. Removes what killed processes left of the same target, and puts back a former folder that one of them had
 * moved aside.
 *
 * @errors `TargetExists` for a folder that is not empty; `SinkFailed` with the system's code.
 */
export const openDirectoryTarget = (
  path: string,
  { overwrite }: { readonly overwrite: boolean }
): TE.TaskEither<IoFault, DirectoryTarget> => {
  const place = resolve(path)
  return TE.tryCatch(async () => {
    await clearUp(place)
    if (!overwrite && (await entriesOf(place)) > 0) throw targetExists(path)
    const partial = join(dirname(place), nextPartialName(basename(place)))
    const firstMade = await mkdir(dirname(place), { recursive: true })
    await mkdir(partial)
    return directoryTarget({ place, partial, overwrite, firstMade, kept: new Map() })
  }, targetFault(path))
}

/** Files of an unfinished folder by name, with how many bytes of each are to stay. */
export type KeptFiles = ReadonlyMap<string, number>

/** Part of the name of a folder that steps aside for its successor. */
const formerName = (place: string): string => `${basename(place)}.former`

const clearUp = async (place: string): Promise<void> => {
  const folder = dirname(place)
  await removeStalePartials(folder, basename(place))
  // Between two renames the former folder has no other name: it comes back before leftovers of its kind are removed.
  if ((await entriesOf(place)) === ABSENT) await restoreStalePartial(folder, formerName(place), basename(place))
  await removeStalePartials(folder, formerName(place))
}

const ABSENT = -1

/** How many entries a folder has; -1 where there is none. */
export const entriesOf = async (place: string): Promise<number> => {
  try {
    return (await readdir(place)).length
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ABSENT
    throw error
  }
}

/** A folder that is written under a name of its own. */
export interface PartialDirectory {
  readonly place: string
  readonly partial: string
  readonly overwrite: boolean
  /** The outermost folder that was made on the way to the place. */
  readonly firstMade: string | undefined
  readonly kept: KeptFiles
}

/** What is done with a folder that was made, or taken over. */
export const directoryTarget = (directory: PartialDirectory): DirectoryTarget => {
  const { place, partial, kept } = directory
  const sinks: ByteSink[] = []
  const opening = new Set<Promise<ByteSink>>()
  let open = true
  const closeFiles = async (): Promise<void> => {
    for (const sink of sinks) await sink.abort()()
  }
  return {
    place,
    file: (name) =>
      TE.tryCatch(async () => {
        if (!open) throw Object.assign(new Error(name), { code: 'EBADF' })
        const size = kept.get(name)
        const made = size === undefined ? openInside(partial, place, name) : openKept(partial, place, name, size)
        opening.add(made)
        try {
          const sink = await made
          sinks.push(sink)
          return sink
        } finally {
          opening.delete(made)
        }
      }, sinkFailed(join(place, name))),
    remove: (name) => TE.tryCatch(() => rm(join(partial, name), { force: true }), sinkFailed(join(place, name))),
    commit: () =>
      TE.tryCatch(async () => {
        await closeFiles()
        await syncFolder(partial)
        await takePlace(directory)
        open = false
        await syncFolder(dirname(place))
      }, targetFault(place)),
    abort: () => async () => {
      if (open) {
        open = false
        // A file that is made while its folder is removed would keep it.
        await Promise.allSettled(opening)
        await closeFiles()
        await rm(partial, { recursive: true, force: true }).catch(() => undefined)
        await removeMade(directory)
      }
      return { _tag: 'Right', right: undefined }
    },
  }
}

/** Removes the folders that were made on the way, from the inside out, as far as nobody has put anything there. */
const removeMade = async ({ place, firstMade }: PartialDirectory): Promise<void> => {
  if (firstMade === undefined) return
  const outermost = resolve(firstMade)
  for (let folder = dirname(place); folder.startsWith(outermost); folder = dirname(folder)) {
    const empty = await rmdir(folder).then(
      () => true,
      () => false
    )
    if (!empty) return
  }
}

/** What systems answer to a rename over a folder that is not empty, or over anything that is no folder. */
const PLACE_TAKEN: ReadonlySet<string> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'])

/** One rename where the place is free or an empty folder; else what stands there steps aside first. */
const takePlace = async ({ place, partial, overwrite }: PartialDirectory): Promise<void> => {
  try {
    await rename(partial, place)
    return
  } catch (error) {
    if (!PLACE_TAKEN.has(codeOf(error))) throw error
  }
  if (!overwrite && (await entriesOf(place)) > 0) throw targetExists(place)
  const former = join(dirname(place), nextPartialName(formerName(place)))
  await rename(place, former)
  try {
    await rename(partial, place)
  } catch (error) {
    await rename(former, place)
    throw error
  }
  // The new folder stands; what is left of the old one goes at the next opening.
  await rm(former, { recursive: true, force: true }).catch(() => undefined)
}
