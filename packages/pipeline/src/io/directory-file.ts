import { open, type FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { ByteSink } from './byte-sink'
import { sinkFailed } from './io-fault'
import { writeAll } from './write-all'

/**
 * Opens a new file in the folder `partial` that will stand in `place`.
 *
 * @param name A plain file name; rejects with `EINVAL` for a path, with `EEXIST` for a name that is taken.
 */
export const openInside = async (partial: string, place: string, name: string): Promise<ByteSink> => {
  const isPlain = name === basename(name) && name !== '' && name !== '.' && name !== '..'
  if (!isPlain) throw Object.assign(new Error(name), { code: 'EINVAL' })
  return insideSink(await open(join(partial, name), 'wx', 0o666), join(place, name), 0)
}

/** Opens a file that a killed process left in `partial`, to be written on behind its first `size` bytes. */
export const openKept = async (partial: string, place: string, name: string, size: number): Promise<ByteSink> =>
  insideSink(await open(join(partial, name), 'r+'), join(place, name), size)

const insideSink = (file: FileHandle, shown: string, kept: number): ByteSink => {
  let size = kept
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
    sync: () => TE.tryCatch(() => file.datasync(), sinkFailed(shown)),
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
