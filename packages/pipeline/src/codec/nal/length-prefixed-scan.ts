import * as E from 'fp-ts/Either'

import { malformedNal, type NalCodecName } from './nal-fault'
import { setNal } from './nal-table'
import type { SampleScan } from './sample-scan'

/** Bytes of the length in front of each NAL unit; 3 is not a size that the configuration can say. */
export type NalLengthSize = 1 | 2 | 4

/** The size that a configuration record says in the two lowest bits of a byte; undefined for the one that is not allowed. */
export const nalLengthSize = (byte: number): NalLengthSize | undefined => {
  const size = (byte & 3) + 1
  return size === 1 || size === 2 || size === 4 ? size : undefined
}

/**
 * Finds the NAL units of a sample in which each has its length in front, big-endian. Empty ones are skipped.
 *
 * @errors `MalformedMedia` for a length past the end of the range, or a rest that is shorter than a length.
 * @source ISO/IEC 14496-15, 4.3.3 and 5.3.4.2
 */
export const lengthPrefixedScan =
  (codec: NalCodecName, lengthSize: NalLengthSize): SampleScan =>
  (bytes, from, to, out) => {
    const end = Math.min(to, bytes.length)
    let at = from
    let count = 0
    while (at < end) {
      const start = at + lengthSize
      if (start > end) return malformedNal(codec, at, `a NAL unit length of ${lengthSize} bytes`, `${end - at} bytes`)
      const length = readLength(bytes, at, lengthSize)
      if (length > end - start) {
        return malformedNal(codec, at, `a NAL unit within ${end - start} bytes`, `one of ${length} bytes`)
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
