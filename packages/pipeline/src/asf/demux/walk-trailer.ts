import * as E from 'fp-ts/Either'

import type { IoFault } from '../../fault/pipeline-fault'
import type { ByteSource } from '../../io/byte-source'
import { joinBytes } from '../bytes/join-bytes'
import { readU64 } from '../bytes/read-little-endian'
import { GUID_BYTES, readGuid } from '../guid/guid-text'
import { OBJECT_FRAME } from '../header/asf-object'
import type { AsfObject } from '../header/asf-object'
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
/** Largest index object that is handed out; days of entries, one for each second. */
const LARGEST_INDEX = 0x80_0000
/**
 * Walks over the index objects behind the packets, to find out whether the file is whole. What is no index ends the
 * walk: other programs leave things there.
 *
 * @param take Gets every whole index object up to 8 MiB.
 */
export const walkTrailer = async (
  source: Pick<ByteSource, 'read'>,
  { bytes, at }: Behind,
  take?: (object: AsfObject) => void
): Promise<E.Either<IoFault, Trailer>> => {
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
    const kept: Uint8Array[] | undefined = take !== undefined && size <= LARGEST_INDEX ? [held.slice(0, size)] : undefined
    const skipped = await skip(source, held, size, buffer, kept)
    if (E.isLeft(skipped)) return skipped
    if (skipped.right.missing) return E.right({ cutAt: base + skipped.right.present })
    if (kept !== undefined) take?.({ guid: readGuid(held, 0), at: base, bytes: joinBytes(kept) })
    held = skipped.right.rest
    base += size
  }
}

/** At least the front of an object, where the source has as much. */
const hold = async (
  source: Pick<ByteSource, 'read'>,
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
  source: Pick<ByteSource, 'read'>,
  held: Uint8Array,
  size: number,
  buffer: Uint8Array,
  kept: Uint8Array[] | undefined
): Promise<E.Either<IoFault, Skipped>> => {
  let present = held.length
  if (present >= size) return E.right({ missing: false, present: size, rest: held.subarray(Math.max(size, OBJECT_FRAME)) })
  for (;;) {
    const read = await source.read(buffer)()
    if (E.isLeft(read)) return read
    if (read.right === 0) return E.right({ missing: true, present, rest: NOTHING })
    const over = present + read.right - size
    kept?.push(buffer.slice(0, read.right - Math.max(0, over)))
    if (over >= 0) return E.right({ missing: false, present: size, rest: buffer.slice(read.right - over, read.right) })
    present += read.right
  }
}

const NOTHING = new Uint8Array()
