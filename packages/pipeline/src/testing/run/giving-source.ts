import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'

/** How a source in memory gives what it has. */
export interface GivingSourceOptions {
  /** Most bytes of one read, as a pipe has it. */
  readonly largestRead?: number
  /** The read that fails, from 0. */
  readonly failsAt?: number | undefined
}

/** Bytes in memory as a source. */
export const givingSource = (
  bytes: Uint8Array,
  { largestRead = Number.POSITIVE_INFINITY, failsAt }: GivingSourceOptions = {}
): ByteSource => {
  let at = 0
  let reads = 0
  const give = (into: Uint8Array, from: number): E.Either<IoFault, number> => {
    reads += 1
    if (reads - 1 === failsAt) return E.left({ type: 'SourceFailed', place: 'memory', code: 'EIO' })
    const part = bytes.subarray(from, from + Math.min(into.length, largestRead))
    into.set(part)
    return E.right(part.length)
  }
  return {
    place: 'memory',
    length: bytes.length,
    read: (into): TaskEither<IoFault, number> => async () => {
      const given = give(into, at)
      if (E.isRight(given)) at += given.right
      return given
    },
    readAt: (into, from) => async () => give(into, from),
    close: () => async () => E.right(undefined),
  }
}
