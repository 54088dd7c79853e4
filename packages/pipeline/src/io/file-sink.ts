import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSink } from './byte-sink'
import { codeOf, sinkFailed, targetExists, targetFault } from './io-fault'
import { nextPartialName, removeStalePartials } from './partial-name'
import { syncFolder } from './sync-folder'
import { writeAll } from './write-all'

/** What to do with a file that stands at the target already. */
export interface FileSinkOptions {
  /** Replace it when the new one is whole; otherwise `TargetExists`. */
  readonly overwrite: boolean
}

/**
 * Opens a file for writing. The bytes stand under a hidden name beside the target until `commit` gives them theirs,
 * so that a half-written file is never seen; a device or a pipe is written as it comes. Removes what killed processes
 * left of the same target.
 *
 * @errors `TargetExists`, from `commit` too when the target came to be meanwhile; `SinkFailed` with the system's code.
 */
export const openFileSink = (path: string, { overwrite }: FileSinkOptions): TE.TaskEither<IoFault, ByteSink> =>
  TE.tryCatch(async () => {
    const kind = await kindOf(path)
    if (kind === 'file' && !overwrite) throw targetExists(path)
    if (kind === 'stream') return streamSink(path, await open(path, 'w'))
    await removeStalePartials(dirname(path), basename(path))
    const partial = join(dirname(path), nextPartialName(basename(path)))
    return partialFileSink({ path, partial, overwrite }, await open(partial, 'wx', 0o666))
  }, targetFault(path))

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

/** A file that is written under a name of its own. */
interface PartialFile {
  readonly path: string
  readonly partial: string
  readonly overwrite: boolean
}

const partialFileSink = ({ path, partial, overwrite }: PartialFile, file: FileHandle): ByteSink => {
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
        await (overwrite ? rename(partial, path) : renameToFree(partial, path))
        open = false
        await syncFolder(dirname(path))
      }, targetFault(path)),
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

/** What file systems without hard links answer. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** A rename would replace what came to stand there meanwhile; a second name for the file does not. */
const renameToFree = async (partial: string, path: string): Promise<void> => {
  try {
    await link(partial, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw targetExists(path)
    if (!NO_LINKS.has(codeOf(error))) throw error
    if ((await kindOf(path)) !== 'none') throw targetExists(path)
    await rename(partial, path)
    return
  }
  await rm(partial, { force: true }).catch(() => undefined)
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
