import * as TE from 'fp-ts/TaskEither'

import type { ByteSource } from '../../io/byte-source'

/**
 * Bytes in memory as a source.
 *
 * @param largestRead Most bytes that one read gives, as a pipe would.
 */
export const memorySource = (bytes: Uint8Array, largestRead = Infinity): ByteSource => {
  let at = 0
  return {
    place: 'memory',
    length: bytes.length,
    read: (into) =>
      TE.fromIO(() => {
        const part = bytes.subarray(at, at + Math.min(into.length, largestRead))
        into.set(part)
        at += part.length
        return part.length
      }),
    readAt: (into, from) =>
      TE.fromIO(() => {
        const part = bytes.subarray(from, from + Math.min(into.length, largestRead))
        into.set(part)
        return part.length
      }),
    close: () => TE.right(undefined),
  }
}
