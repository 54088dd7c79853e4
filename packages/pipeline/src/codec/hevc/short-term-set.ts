import { failBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUeUpTo } from '../nal/exp-golomb'

/** A picture that is kept for reference, by its distance in picture order. */
export interface ShortTermPicture {
  readonly delta: number
  /** By the picture at hand, and not only by later ones. */
  readonly used: boolean
}

/** Pictures kept for reference: before the one at hand, the nearest first, then after it. */
export interface ShortTermSet {
  readonly before: ReadonlyArray<ShortTermPicture>
  readonly after: ReadonlyArray<ShortTermPicture>
}

/** @source ITU-T H.265, 7.4.8 with A.4.2: at most `sps_max_dec_pic_buffering_minus1` */
const MOST_PICTURES = 16
const MOST_DELTA_MINUS_1 = 0x7fff

/** How many pictures the one at hand refers to. */
export const usedPictures = ({ before, after }: ShortTermSet): number =>
  before.filter(({ used }) => used).length + after.filter(({ used }) => used).length

/**
 * Reads `st_ref_pic_set()`.
 *
 * @param known the sets of the sequence parameter set that came before.
 * @param inSlice the set stands in a slice header, and says from which of them it is predicted.
 * @source ITU-T H.265, 7.3.7 and 7.4.8
 */
export const readShortTermSet = (
  reader: BitReader,
  known: ReadonlyArray<ShortTermSet>,
  inSlice: boolean
): ShortTermSet => {
  const predicted = known.length > 0 && readFlag(reader)
  return predicted ? readPredicted(reader, known, inSlice) : readPlain(reader)
}

const readPlain = (reader: BitReader): ShortTermSet => {
  const before = readUeUpTo(reader, MOST_PICTURES, 'num_negative_pics')
  const after = readUeUpTo(reader, MOST_PICTURES - before, 'num_positive_pics')
  return { before: readRun(reader, before, -1), after: readRun(reader, after, 1) }
}

const readRun = (reader: BitReader, count: number, sign: number): ReadonlyArray<ShortTermPicture> => {
  let delta = 0
  return Array.from({ length: count }, () => {
    delta += sign * (readUeUpTo(reader, MOST_DELTA_MINUS_1, 'delta_poc_minus1') + 1)
    return { delta, used: readFlag(reader) }
  })
}

/** What the syntax says of a picture of the other set, or of the picture to which that one belongs. */
interface Choice {
  readonly delta: number
  readonly used: boolean
  readonly kept: boolean
}

/** @source ITU-T H.265, 7.4.8, equations 7-61 and 7-62 */
const readPredicted = (reader: BitReader, known: ReadonlyArray<ShortTermSet>, inSlice: boolean): ShortTermSet => {
  const back = inSlice ? readUeUpTo(reader, known.length - 1, 'delta_idx_minus1') + 1 : 1
  const sign = readFlag(reader) ? -1 : 1
  const shift = sign * (readUeUpTo(reader, MOST_DELTA_MINUS_1, 'abs_delta_rps_minus1') + 1)
  const other = known[known.length - back] ?? { before: [], after: [] }
  const choose = (delta: number): Choice => {
    const used = readFlag(reader)
    return { delta: delta + shift, used, kept: used || readFlag(reader) }
  }
  const before = other.before.map(({ delta }) => choose(delta))
  const after = other.after.map(({ delta }) => choose(delta))
  const own = choose(0)
  const kept = { before: [...after].reverse(), after: [...before].reverse() }
  const found = {
    before: [...kept.before, own, ...before].filter((choice) => choice.kept && choice.delta < 0),
    after: [...kept.after, own, ...after].filter((choice) => choice.kept && choice.delta > 0),
  }
  const count = found.before.length + found.after.length
  if (count > MOST_PICTURES) failBits(reader, `a set of at most ${MOST_PICTURES} pictures`, String(count))
  return found
}
