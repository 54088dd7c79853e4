import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { malformedAvc } from './malformed-avc'
import { setNal, type NalTable } from './nal-table'

/** Bytes of the length in front of each NAL unit; 3 is not a size that the configuration can say. */
export type NalLengthSize = 1 | 2 | 4

/**
 * Finds the NAL units of a sample in which each has its length in front, big-endian. Empty ones are skipped.
 *
 * @returns the number of rows of `out` that were filled.
 * @errors `MalformedMedia` for a length past the end of the range, or a rest that is shorter than a length.
 * @source ISO/IEC 14496-15, 5.3.4.2
 */
export const scanLengthPrefixed = (
  bytes: Uint8Array,
  from: number,
  to: number,
  lengthSize: NalLengthSize,
  out: NalTable
): E.Either<MalformedMedia, number> => {
  const end = Math.min(to, bytes.length)
  let at = from
  let count = 0
  while (at < end) {
    const start = at + lengthSize
    if (start > end) return malformedAvc(at, `a NAL unit length of ${lengthSize} bytes`, `${end - at} bytes`)
    const length = readLength(bytes, at, lengthSize)
    if (length > end - start) {
      return malformedAvc(at, `a NAL unit within ${end - start} bytes`, `one of ${length} bytes`)
    }
    at = start + length
    if (length > 0) {
      setNal(out, count, start, at)
      count += 1
    }
  }
  return E.right(count)
}

const readLength = (bytes: Uint8Array, at: number, size: NalLengthSize): number => {
  let length = 0
  for (let index = 0; index < size; index += 1) length = length * 0x100 + (bytes[at + index] ?? 0)
  return length
}
