import type { FileHandle } from 'node:fs/promises'

/** The most chunks that one `writev` of Linux takes (limits.h, IOV_MAX). */
const MOST_CHUNKS = 1024

/**
 * Appends all chunks to a file without joining them first; goes on after a short write. Answers how many bytes it wrote.
 *
 * @param at Byte offset in the file, or undefined for the file's own position (pipes, devices).
 */
export const writeAll = async (
  file: Pick<FileHandle, 'writev'>,
  chunks: ReadonlyArray<Uint8Array>,
  at: number | undefined
): Promise<number> => {
  let written = 0
  for (let first = 0; first < chunks.length; first += MOST_CHUNKS) {
    let pending = chunks.slice(first, first + MOST_CHUNKS).filter((chunk) => chunk.length > 0)
    while (pending.length > 0) {
      const answer = await file.writev(pending, at === undefined ? undefined : at + written)
      if (answer.bytesWritten === 0) throw Object.assign(new Error('a write took no byte'), { code: 'EIO' })
      written += answer.bytesWritten
      pending = afterBytes(pending, answer.bytesWritten)
    }
  }
  return written
}

const afterBytes = (chunks: ReadonlyArray<Uint8Array>, bytes: number): Uint8Array[] => {
  const rest: Uint8Array[] = []
  let skip = bytes
  for (const chunk of chunks) {
    if (skip >= chunk.length) skip -= chunk.length
    else {
      rest.push(skip > 0 ? chunk.subarray(skip) : chunk)
      skip = 0
    }
  }
  return rest
}
