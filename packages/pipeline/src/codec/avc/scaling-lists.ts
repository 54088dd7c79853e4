import { readFlag, type BitReader } from '../nal/bit-reader'
import { readSe } from '../nal/exp-golomb'

/** Lists of sixteen numbers come first, then those of sixty-four. */
const SMALL_LISTS = 6
const SMALL = 16
const LARGE = 64
/** Lists for 8×8 blocks: of luma alone, or also of both chroma planes in 4:4:4. */
const LARGE_LISTS = 2
const LARGE_LISTS_444 = 6
const CHROMA_444 = 3

/** How many 8×8 lists there are for a chroma format. @source ITU-T H.264, 7.3.2.1.1 and 7.3.2.2 */
export const largeListCount = (chromaFormat: number): number =>
  chromaFormat === CHROMA_444 ? LARGE_LISTS_444 : LARGE_LISTS

/** Reads past the scaling lists of a parameter set. @source ITU-T H.264, 7.3.2.1.1.1 */
export const skipScalingLists = (reader: BitReader, largeLists: number): void => {
  for (let list = 0; list < SMALL_LISTS + largeLists && reader.expected === undefined; list += 1) {
    if (readFlag(reader)) skipList(reader, list < SMALL_LISTS ? SMALL : LARGE)
  }
}

const skipList = (reader: BitReader, size: number): void => {
  let last = 8
  for (let index = 0; index < size && reader.expected === undefined; index += 1) {
    const next = (last + readSe(reader) + 256) % 256
    if (next === 0) return
    last = next
  }
}
