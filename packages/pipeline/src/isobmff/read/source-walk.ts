import * as E from 'fp-ts/Either'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'

const BUFFER_BYTES = 262_144
const FIRST_BYTES = 65_536

/** Reads a source in order and knows where it is. */
export interface SourceWalk {
  /** Bytes passed so far. */
  readonly at: () => number
  /** Takes `size` bytes, or fewer at the end. What it allocates grows with what really comes. */
  readonly take: (size: number) => Promise<E.Either<IoFault, Uint8Array>>
  /** What is at hand of the next `most` bytes, at least one of them; empty only at the end. Good until the next call. */
  readonly part: (most: number) => Promise<E.Either<IoFault, Uint8Array>>
  /** Goes past `size` bytes, all when undefined; answers how many there were. */
  readonly skip: (size: number | undefined) => Promise<E.Either<IoFault, number>>
  /** Goes on from another byte of the file; there where the source can. */
  readonly jump?: (to: number) => void
}

/**
 * Starts at the front of a source, from which nothing was read. The source stays open. Reads ahead, so that small boxes cost no
 * read each.
 */
export const sourceWalk = (source: ByteSource): SourceWalk => {
  const buffer = new Uint8Array(BUFFER_BYTES)
  let from = 0
  let end = 0
  let at = 0
  let jumped = false

  /** The bytes at hand, at most `most`; empty only at the end of the source. */
  const next = async (most: number): Promise<E.Either<IoFault, Uint8Array>> => {
    if (from === end) {
      const read = await (jumped && source.readAt !== undefined ? source.readAt(buffer, at) : source.read(buffer))()
      if (E.isLeft(read)) return read
      from = 0
      end = read.right
    }
    const part = buffer.subarray(from, Math.min(end, from + most))
    from += part.length
    at += part.length
    return E.right(part)
  }

  const take: SourceWalk['take'] = async (size) => {
    let bytes = new Uint8Array(Math.min(size, FIRST_BYTES))
    let filled = 0
    while (filled < size) {
      const part = await next(size - filled)
      if (E.isLeft(part)) return part
      if (part.right.length === 0) break
      if (filled + part.right.length > bytes.length) {
        const larger = new Uint8Array(Math.min(size, Math.max(2 * bytes.length, filled + part.right.length)))
        larger.set(bytes.subarray(0, filled))
        bytes = larger
      }
      bytes.set(part.right, filled)
      filled += part.right.length
    }
    return E.right(bytes.subarray(0, filled))
  }

  const skip: SourceWalk['skip'] = async (size) => {
    let skipped = 0
    while (size === undefined || skipped < size) {
      const part = await next(size === undefined ? BUFFER_BYTES : size - skipped)
      if (E.isLeft(part)) return part
      if (part.right.length === 0) break
      skipped += part.right.length
    }
    return E.right(skipped)
  }

  const jump = (to: number): void => {
    const start = at - from
    const isAtHand = to >= start && to <= start + end
    // From here on the source is asked by place: where its reads in order are does not matter any more.
    jumped ||= !isAtHand
    from = isAtHand ? to - start : 0
    end = isAtHand ? end : 0
    at = to
  }

  return { at: () => at, take, part: next, skip, ...(source.readAt !== undefined && { jump }) }
}
