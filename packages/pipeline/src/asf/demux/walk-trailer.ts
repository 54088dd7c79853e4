import * as E from 'fp-ts/Either'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { readU64 } from '../bytes/read-little-endian'
import { GUID_BYTES } from '../guid/guid-text'
import { OBJECT_FRAME } from '../header/asf-object'
import { indexBegins, indexMayBegin } from './packet-extent'

/** What stands behind the packets. */
export interface Trailer {
  /** Byte offset at which the file ends inside an index object; undefined for one that ends between objects. */
  readonly cutAt: number | undefined
}

/** Bytes that a block of the demuxer holds beyond the packets, and where they stand in the file. */
export interface Behind {
  readonly bytes: Uint8Array
  readonly at: number
}

const SKIP_BYTES = 0x1_0000

/**
 * Walks over the index objects behind the packets, only to find out whether the file is whole. What is no index ends
 * the walk: other programs leave things there.
 */
export const walkTrailer = async (source: ByteSource, { bytes, at }: Behind): Promise<E.Either<IoFault, Trailer>> => {
  const buffer = new Uint8Array(SKIP_BYTES)
  let held = bytes.subarray(0, bytes.length)
  let base = at
  for (;;) {
    const head = await hold(source, held, buffer)
    if (E.isLeft(head)) return head
    held = head.right
    if (!indexBegins(held, 0, held.length)) {
      const cut = held.length > 0 && held.length < GUID_BYTES && indexMayBegin(held)
      return E.right({ cutAt: cut ? base + held.length : undefined })
    }
    if (held.length < OBJECT_FRAME) return E.right({ cutAt: base + held.length })
    const size = readU64(held, GUID_BYTES)
    const skipped = await skip(source, held, size, buffer)
    if (E.isLeft(skipped)) return skipped
    if (skipped.right.missing) return E.right({ cutAt: base + skipped.right.present })
    held = skipped.right.rest
    base += size
  }
}

/** At least the front of an object, where the source has as much. */
const hold = async (
  source: ByteSource,
  held: Uint8Array,
  buffer: Uint8Array
): Promise<E.Either<IoFault, Uint8Array>> => {
  if (held.length >= OBJECT_FRAME) return E.right(held)
  buffer.set(held)
  let filled = held.length
  while (filled < OBJECT_FRAME) {
    const read = await source.read(buffer.subarray(filled))()
    if (E.isLeft(read)) return read
    if (read.right === 0) break
    filled += read.right
  }
  return E.right(buffer.slice(0, filled))
}

interface Skipped {
  readonly missing: boolean
  /** Bytes of the object that are there. */
  readonly present: number
  readonly rest: Uint8Array
}

const skip = async (
  source: ByteSource,
  held: Uint8Array,
  size: number,
  buffer: Uint8Array
): Promise<E.Either<IoFault, Skipped>> => {
  let present = held.length
  if (present >= size) return E.right({ missing: false, present: size, rest: held.subarray(Math.max(size, OBJECT_FRAME)) })
  for (;;) {
    const read = await source.read(buffer)()
    if (E.isLeft(read)) return read
    if (read.right === 0) return E.right({ missing: true, present, rest: NOTHING })
    const over = present + read.right - size
    if (over >= 0) return E.right({ missing: false, present: size, rest: buffer.slice(read.right - over, read.right) })
    present += read.right
  }
}

const NOTHING = new Uint8Array()
