import { open, type FileHandle } from 'node:fs/promises'
import * as TE from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'
import type { ByteSource } from './byte-source'
import { sourceFailed } from './io-fault'

/**
 * Opens a file, a pipe or a device for reading in order.
 *
 * @errors `SourceFailed` with the system's code: `ENOENT`, `EACCES`, `EISDIR`.
 */
export const openFileSource = (path: string): TE.TaskEither<IoFault, ByteSource> =>
  TE.tryCatch(async () => {
    const file = await open(path, 'r')
    const length = await lengthOf(file).catch(async (error: unknown) => {
      await file.close()
      throw error
    })
    const readAt = (into: Uint8Array, at: number) =>
      TE.tryCatch(async () => (await file.read(into, 0, into.length, at)).bytesRead, sourceFailed(path))
    const source: ByteSource = {
      place: path,
      length,
      ...(length !== undefined && { readAt }),
      read: (into) =>
        TE.tryCatch(async () => (await file.read(into, 0, into.length, null)).bytesRead, sourceFailed(path)),
      close: () => TE.tryCatch(() => file.close(), sourceFailed(path)),
    }
    return source
  }, sourceFailed(path))

/** Undefined for a pipe or a device. */
const lengthOf = async (file: FileHandle): Promise<number | undefined> => {
  const stat = await file.stat()
  if (stat.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
  return stat.isFile() ? stat.size : undefined
}
