import { open, readdir, stat } from 'node:fs/promises'

import { systemCode } from '../device/durable-file'

/** Reads a part of a file; nothing where there is no plain file, or the medium does not give it. */
export const readPart = async (place: string, offset: number, length: number): Promise<Uint8Array | undefined> => {
  try {
    // A pipe under the name of a file would never open.
    if (!(await stat(place)).isFile()) return undefined
    const handle = await open(place, 'r')
    try {
      const bytes = new Uint8Array(length)
      let read = 0
      while (read < length) {
        const { bytesRead } = await handle.read(bytes, read, length - read, offset + read)
        if (bytesRead === 0) break
        read += bytesRead
      }
      return bytes.subarray(0, read)
    } finally {
      await handle.close()
    }
  } catch {
    return undefined
  }
}

/** Bytes of a file; nothing where it is not there. */
export const sizeOf = async (place: string): Promise<number | undefined> => {
  const found = await stat(place).catch(() => undefined)
  return found?.isFile() === true ? found.size : undefined
}

/** Names in a folder in order; none for a folder that is not there. Throws what else goes wrong. */
export const namesIn = async (folder: string): Promise<ReadonlyArray<string>> => {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return []
    throw error
  }
}
