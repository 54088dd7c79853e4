import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSink } from './byte-sink'
import { codeOf, sinkFailed } from './io-fault'
import { nextPartialName } from './partial-name'
import { writeAll } from './write-all'

/** A folder that appears under its name only when every file in it is whole. */
export interface DirectoryTarget {
  readonly place: string
  /** Opens a new file in the folder. `commit` of the sink makes its bytes durable; the name shows with the folder's. */
  readonly file: (name: string) => TE.TaskEither<IoFault, ByteSink>
  /** Gives the folder its name, and removes what stood there when overwriting was asked for. */
  readonly commit: () => TE.TaskEither<IoFault, void>
  /** Removes everything that was written. Never fails; harmless after `commit`. */
  readonly abort: () => TE.TaskEither<never, void>
}

/**
 * Opens a folder for writing. An empty folder at the place is taken; any other content is refused unless it may be replaced.
 *
 * @errors `TargetExists` for a folder that is not empty; `SinkFailed` with the system's code.
 */
export const openDirectoryTarget = (
  path: string,
  options: { readonly overwrite: boolean }
): TE.TaskEither<IoFault, DirectoryTarget> => {
  const place = resolve(path)
  const partial = join(dirname(place), nextPartialName(basename(place)))
  return TE.tryCatch(
    async () => {
      const entries = await entriesOf(place)
      if (entries > 0 && !options.overwrite) throw Object.assign(new Error(place), { code: TARGET_EXISTS })
      await mkdir(partial, { recursive: false }).catch(async (error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error
        await mkdir(dirname(place), { recursive: true })
        await mkdir(partial)
      })
      return directoryTarget(place, partial)
    },
    (error) => (codeOf(error) === TARGET_EXISTS ? { type: 'TargetExists', place: path } : sinkFailed(path)(error))
  )
}

const TARGET_EXISTS = 'CUSTODY_TARGET_EXISTS'

const entriesOf = async (place: string): Promise<number> => {
  try {
    return (await readdir(place)).length
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0
    throw error
  }
}

const directoryTarget = (place: string, partial: string): DirectoryTarget => {
  const sinks: ByteSink[] = []
  let open = true
  return {
    place,
    file: (name) =>
      TE.tryCatch(async () => {
        const sink = await openInside(partial, place, name)
        sinks.push(sink)
        return sink
      }, sinkFailed(join(place, name))),
    commit: () =>
      TE.tryCatch(async () => {
        await replaceDirectory(partial, place)
        open = false
      }, sinkFailed(place)),
    abort: () => async () => {
      if (open) {
        open = false
        for (const sink of sinks) await sink.abort()()
        await rm(partial, { recursive: true, force: true }).catch(() => undefined)
      }
      return { _tag: 'Right', right: undefined }
    },
  }
}

/** Renames the new folder into place; a former one steps aside first and comes back when the rename fails. */
const replaceDirectory = async (partial: string, place: string): Promise<void> => {
  const former = join(dirname(place), nextPartialName(`${basename(place)}.former`))
  const hadFormer = await rename(place, former).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false
      throw error
    }
  )
  try {
    await rename(partial, place)
  } catch (error) {
    if (hadFormer) await rename(former, place)
    throw error
  }
  if (hadFormer) await rm(former, { recursive: true, force: true })
}

const openInside = async (partial: string, place: string, name: string): Promise<ByteSink> => {
  const file = await open(join(partial, name), 'wx', 0o666)
  const shown = join(place, name)
  let size = 0
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) {
      isOpen = false
      await file.close()
    }
  }
  return {
    place: shown,
    write: (chunks) =>
      TE.tryCatch(async () => {
        size += await writeAll(file, chunks, size)
      }, sinkFailed(shown)),
    patch: (at, bytes) =>
      TE.tryCatch(async () => {
        await writeAll(file, [bytes], at)
      }, sinkFailed(shown)),
    commit: () =>
      TE.tryCatch(async () => {
        await file.sync()
        await close()
      }, sinkFailed(shown)),
    abort: () => async () => {
      await close().catch(() => undefined)
      return { _tag: 'Right', right: undefined }
    },
  }
}
