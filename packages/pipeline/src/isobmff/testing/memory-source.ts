import * as TE from 'fp-ts/TaskEither'

import type { ByteSource } from '../../io/byte-source'

/** Bytes of a test as a source; gives at most `step` bytes a read, so that reads end in awkward places. */
export const memorySource = (bytes: Uint8Array, step = Number.MAX_SAFE_INTEGER): ByteSource => {
  let at = 0
  return {
    place: 'memory',
    length: bytes.length,
    read: (into) =>
      TE.fromIO(() => {
        const part = bytes.subarray(at, at + Math.min(into.length, step))
        into.set(part)
        at += part.length
        return part.length
      }),
    close: () => TE.right(undefined),
  }
}
