import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { fourccText } from '../fourcc'
import { malformed } from './malformed'

/** Size and type, the shortest header. */
export const SHORT_HEADER = 8
/** The same with a 64-bit size behind. */
export const LONG_HEADER = 16
const U32 = 0x1_0000_0000
/** In place of a size: the box goes on to the end of what holds it. @source ISO/IEC 14496-12, 4.2 */
const TO_END = 0
/** In place of a size: 64 bits of it follow the type. */
const SIZE_FOLLOWS = 1

/** What the header of a box says. */
export interface BoxHeader {
  readonly type: string
  readonly headerBytes: number
  /** Bytes with the header; undefined when the box goes on to the end. May be imprecise past 2^53. */
  readonly size: number | undefined
}

/** True when the 8 bytes at `from` announce a longer header. */
export const wantsLongHeader = (view: DataView, from: number): boolean => view.getUint32(from) === SIZE_FOLLOWS

/**
 * Reads a header.
 *
 * @param from Where in `bytes` it begins; 8 bytes must be there, or 16 when {@link wantsLongHeader} says so.
 * @param at The same place in the file, for the fault.
 */
export const readBoxHeader = (bytes: Uint8Array, from: number, at: number): E.Either<MalformedMedia, BoxHeader> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const short = view.getUint32(from)
  const type = fourccText(bytes, from + 4)
  if (short === TO_END) return E.right({ type, headerBytes: SHORT_HEADER, size: undefined })
  const long = short === SIZE_FOLLOWS
  const headerBytes = long ? LONG_HEADER : SHORT_HEADER
  const size = long ? view.getUint32(from + 8) * U32 + view.getUint32(from + 12) : short
  if (size >= headerBytes) return E.right({ type, headerBytes, size })
  return E.left(malformed(at, `a size of ${headerBytes} or more for box ${type}`, String(size)))
}
