import { readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'

/** Pictures of the largest decoded picture buffer. @source ITU-T H.265, A.4.2 */
const MOST_PICTURES = 16

/**
 * Reads the sizes of picture buffers for all sub-layers; answers how many pictures come before another in decoding order
 * and after it in output order at most, for the highest one.
 *
 * @param subLayers as in `readProfileTierLevel`.
 * @source ITU-T H.265, 7.3.2.1 and 7.3.2.2.1
 */
export const readSubLayerOrdering = (reader: BitReader, subLayers: number): number => {
  let reorder = 0
  const first = readFlag(reader) ? 0 : subLayers
  for (let layer = first; layer <= subLayers; layer += 1) {
    const buffered = readUeUpTo(reader, MOST_PICTURES - 1, 'max_dec_pic_buffering_minus1')
    reorder = readUeUpTo(reader, buffered, 'max_num_reorder_pics')
    readUe(reader) // max_latency_increase_plus1
  }
  return reorder
}
