import { failBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'
import type { HevcSets } from './set-lookup'
import { readShortTermSet, usedPictures } from './short-term-set'
import type { HevcSps } from './sps'

const B = 0
const MOST_REFERENCES_MINUS_1 = 14
/** Pictures in the largest buffer. @source ITU-T H.265, A.4.2 */
const MOST_LONG_TERM = 16
const MOST_WEIGHT_DENOMINATOR = 7
const MOST_MERGE_CANDIDATES = 4

/** Bits that tell apart `count` values: Ceil( Log2( count ) ). */
export const bitsFor = (count: number): number => (count > 1 ? 32 - Math.clz32(count - 1) : 0)

/**
 * Reads which pictures are kept for reference; answers how many of them the picture at hand refers to.
 *
 * @source ITU-T H.265, 7.3.6.1 and equation 7-55 (`NumPicTotalCurr`)
 */
export const readReferencePictures = (reader: BitReader, sps: HevcSps): number =>
  readShortTerm(reader, sps) + (sps.longTerm ? readLongTerm(reader, sps) : 0)

const readShortTerm = (reader: BitReader, { shortTermSets }: HevcSps): number => {
  if (!readFlag(reader)) return usedPictures(readShortTermSet(reader, shortTermSets, true))
  const set = shortTermSets[readBits(reader, bitsFor(shortTermSets.length))]
  if (set === undefined) failBits(reader, 'a short-term reference picture set', 'none')
  return set === undefined ? 0 : usedPictures(set)
}

const readLongTerm = (reader: BitReader, { longTermUsed, orderBits }: HevcSps): number => {
  const named = longTermUsed.length > 0 ? readUeUpTo(reader, MOST_LONG_TERM, 'num_long_term_sps') : 0
  const count = named + readUeUpTo(reader, MOST_LONG_TERM, 'num_long_term_pics')
  let used = 0
  for (let picture = 0; picture < count && reader.expected === undefined; picture += 1) {
    if (picture >= named) readBits(reader, orderBits) // poc_lsb_lt
    const refers = picture < named ? longTermUsed[readBits(reader, bitsFor(longTermUsed.length))] : readFlag(reader)
    if (refers === true) used += 1
    if (readFlag(reader)) readUe(reader) // delta_poc_msb_cycle_lt
  }
  return used
}

/** What the fields about prediction depend on. */
export interface Prediction {
  readonly sliceType: number
  /** `NumPicTotalCurr`. */
  readonly references: number
  readonly temporalMotion: boolean
  readonly hasChroma: boolean
}

/** Reads past what P and B slices say of their references. @source ITU-T H.265, 7.3.6.1 */
export const readPredictionFields = (reader: BitReader, { sps, pps }: HevcSets, prediction: Prediction): void => {
  const { sliceType, references, temporalMotion, hasChroma } = prediction
  let [first, second] = pps.numRefIdxDefault
  if (readFlag(reader)) {
    first = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l0_active_minus1') + 1
    if (sliceType === B) second = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l1_active_minus1') + 1
  }
  if (sliceType !== B) second = 0
  if (pps.listsModification && references > 1) {
    skipListModification(reader, first, references)
    if (sliceType === B) skipListModification(reader, second, references)
  }
  if (sliceType === B) readFlag(reader) // mvd_l1_zero_flag
  if (pps.cabacInit) readFlag(reader)
  if (temporalMotion) skipCollocated(reader, first, second)
  if (sliceType === B ? pps.weightedBiprediction : pps.weightedPrediction) {
    skipWeights(reader, [first, second], hasChroma)
  }
  readUeUpTo(reader, MOST_MERGE_CANDIDATES, 'five_minus_max_num_merge_cand')
  if (sps.choosesIntegerMotion) readFlag(reader) // use_integer_mv_flag
}

/** @source ITU-T H.265, 7.3.6.2 */
const skipListModification = (reader: BitReader, entries: number, references: number): void => {
  if (!readFlag(reader)) return
  for (let entry = 0; entry < entries; entry += 1) readBits(reader, bitsFor(references))
}

/** @param second 0 in P slices, which take the picture from list 0. */
const skipCollocated = (reader: BitReader, first: number, second: number): void => {
  const fromFirst = second === 0 || readFlag(reader)
  if ((fromFirst ? first : second) > 1) readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'collocated_ref_idx')
}

/** @source ITU-T H.265, 7.3.6.3 */
const skipWeights = (reader: BitReader, lists: ReadonlyArray<number>, hasChroma: boolean): void => {
  readUeUpTo(reader, MOST_WEIGHT_DENOMINATOR, 'luma_log2_weight_denom')
  if (hasChroma) readSe(reader) // delta_chroma_log2_weight_denom
  for (const entries of lists) {
    const luma = Array.from({ length: entries }, () => readFlag(reader))
    const chroma = Array.from({ length: entries }, () => hasChroma && readFlag(reader))
    for (let entry = 0; entry < entries && reader.expected === undefined; entry += 1) {
      const fields = (luma[entry] === true ? 2 : 0) + (chroma[entry] === true ? 4 : 0)
      for (let field = 0; field < fields; field += 1) readSe(reader) // weights and offsets
    }
  }
}
