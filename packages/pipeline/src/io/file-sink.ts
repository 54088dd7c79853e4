import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSink } from './byte-sink'
import { codeOf, sinkFailed } from './io-fault'
import { nextPartialName } from './partial-name'
import { writeAll } from './write-all'

/** What to do with a file that stands at the target already. */
export interface FileSinkOptions {
  /** Replace it when the new one is whole; otherwise `TargetExists`. */
  readonly overwrite: boolean
}

/**
 * Opens a file for writing. The bytes stand under a hidden name beside the target until `commit` renames them,
 * so that a half-written file is never seen; a device or a pipe is written as it comes.
 *
 * @errors `TargetExists`; `SinkFailed` with the system's code.
 */
export const openFileSink = (path: string, options: FileSinkOptions): TE.TaskEither<IoFault, ByteSink> => {
  const partial = join(dirname(path), nextPartialName(basename(path)))
  return TE.tryCatch(
    async () => {
      const kind = await kindOf(path)
      if (kind === 'file' && !options.overwrite) throw Object.assign(new Error(path), { code: TARGET_EXISTS })
      if (kind === 'stream') return streamSink(path, await open(path, 'w'))
      return partialFileSink(path, partial, await open(partial, 'wx', 0o666))
    },
    (error) => (codeOf(error) === TARGET_EXISTS ? { type: 'TargetExists', place: path } : sinkFailed(path)(error))
  )
}

const TARGET_EXISTS = 'CUSTODY_TARGET_EXISTS'

/** A rename over a device would replace the device, so it is told apart first. */
const kindOf = async (path: string): Promise<'none' | 'file' | 'stream'> => {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw Object.assign(new Error(path), { code: 'EISDIR' })
    return found.isFile() ? 'file' : 'stream'
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'none'
    throw error
  }
}

const partialFileSink = (path: string, partial: string, file: FileHandle): ByteSink => {
  let size = 0
  let open = true
  return {
    place: path,
    write: (chunks) =>
      TE.tryCatch(async () => {
        size += await writeAll(file, chunks, size)
      }, sinkFailed(path)),
    patch: (at, bytes) =>
      TE.tryCatch(async () => {
        await writeAll(file, [bytes], at)
      }, sinkFailed(path)),
    commit: () =>
      TE.tryCatch(async () => {
        await file.sync()
        await file.close()
        await rename(partial, path)
        open = false
      }, sinkFailed(path)),
    abort: () => async () => {
      if (open) {
        open = false
        await file.close().catch(() => undefined)
        await rm(partial, { force: true }).catch(() => undefined)
      }
      return { _tag: 'Right', right: undefined }
    },
  }
}

const streamSink = (path: string, file: FileHandle): ByteSink => ({
  place: path,
  write: (chunks) =>
    TE.tryCatch(async () => {
      await writeAll(file, chunks, undefined)
    }, sinkFailed(path)),
  patch: () => TE.left({ type: 'SinkFailed', place: path, code: 'ESPIPE' }),
  commit: () => TE.tryCatch(() => file.close(), sinkFailed(path)),
  abort: () => async () => {
    await file.close().catch(() => undefined)
    return { _tag: 'Right', right: undefined }
  },
})
