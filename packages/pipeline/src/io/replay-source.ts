import * as TE from 'fp-ts/TaskEither'

import type { ByteSource } from './byte-source'

/** Gives back bytes that were read ahead from the start of a file to find out what it is, then goes on with the source. */
export const replaySource = (ahead: Uint8Array, source: ByteSource): ByteSource => {
  let given = 0
  return {
    place: source.place,
    length: source.length,
    read: (into) => {
      if (given >= ahead.length) return source.read(into)
      return TE.fromIO(() => {
        const part = ahead.subarray(given, given + into.length)
        into.set(part)
        given += part.length
        return part.length
      })
    },
    ...(source.readAt !== undefined && { readAt: source.readAt }),
    close: source.close,
  }
}
