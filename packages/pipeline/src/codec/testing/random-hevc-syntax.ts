import type fc from 'fast-check'

import { createBitWriter, nalFromBits, type BitWriter } from './bit-writer'
import { chosen, oftenZero, signed, yes, type Choose } from './choose'
import { ue, writePps, writeShortTermSet, writeSps, writeVps, type HevcFields } from './random-hevc-sets'
import type { WrittenSlice } from './random-syntax'

/** Parameter sets that fit together, and slice segments that refer to them. */
export interface WrittenHevc {
  /** Video, sequence and picture parameter set. */
  readonly sets: ReadonlyArray<Uint8Array>
  readonly slices: ReadonlyArray<WrittenSlice>
}

/** Streams whose syntax is whatever ITU-T H.265 7.3 allows for one layer, most of which no encoder at hand writes. */
export const writtenHevc = (slices: number): fc.Arbitrary<WrittenHevc> =>
  chosen((choose) => {
    const layers = choose(2)
    const vps = writeVps(choose, layers)
    const sps = writeSps(choose, layers)
    const pps = writePps(choose, sps.fields)
    const fields = { ...sps.fields, ...pps.fields }
    return {
      sets: [vps, sps.unit, pps.unit],
      slices: Array.from({ length: slices }, (_, index) => writeSegment(choose, fields, index === 0)),
    }
  })

const [B, P, I] = [0, 1, 2]
const TYPES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 18, 19, 20, 21]

/** Bits that a number below `count` takes. */
const bitsBelow = (count: number): number => (count < 2 ? 0 : (count - 1).toString(2).length)

const writeSegment = (choose: Choose, set: HevcFields, first: boolean): WrittenSlice => {
  const w = createBitWriter()
  const fields: Record<string, number> = {}
  const put = (name: string, value: number, write: (value: number) => void): number => {
    fields[name] = value
    write(value)
    return value
  }
  w.u(1, 0)
  const type = put('nal_unit_type', first ? 19 : (TYPES[choose(TYPES.length - 1)] ?? 0), (value) => w.u(6, value))
  w.u(6, 0)
  put('nuh_temporal_id_plus1', type >= 16 ? 1 : 1 + choose(2), (value) => w.u(3, value))
  const blocks = set.columns * set.rows
  const begins = put('first_slice_segment_in_pic_flag', first || blocks === 1 ? 1 : choose(1), (value) => w.u(1, value)) === 1
  if (type >= 16) w.flag(yes(choose))
  put('slice_pic_parameter_set_id', 1, w.ue)
  const dependent = !begins && set.dependent && w.flag(yes(choose))
  fields['dependent_slice_segment_flag'] = Number(dependent)
  if (!begins) put('slice_segment_address', choose(blocks - 1), (value) => w.u(bitsBelow(blocks), value))
  if (!dependent) writeSlice(choose, w, { set, type, put })
  if (set.tiles !== undefined || set.sync) writeEntryPoints(choose, w, { set, put })
  if (set.extension) for (let byte = ue(w, choose(4)); byte > 0; byte -= 1) w.u(8, oftenZero(choose, 255))
  w.u(1, 1)
  while (w.length() % 8 !== 0) w.u(1, 0)
  const bits = w.length()
  for (let byte = 0; byte < 20; byte += 1) w.u(8, oftenZero(choose, 255))
  return { unit: nalFromBits(w.text()), bits, fields }
}

type Put = (name: string, value: number, write: (value: number) => void) => number

const writeEntryPoints = (
  choose: Choose,
  w: BitWriter,
  { set, put }: { readonly set: HevcFields; readonly put: Put }
): void => {
  const [columns, rows] = set.tiles ?? [1, set.rows]
  const most = columns * (set.sync ? set.rows : rows) - 1
  const count = put('num_entry_point_offsets', choose(Math.min(most, 6)), w.ue)
  if (count === 0) return
  const bits = ue(w, choose(31)) + 1
  for (let entry = 0; entry < count; entry += 1) w.u(bits, oftenZero(choose, Math.min(2 ** bits - 1, 0x7fff_ffff)))
}

const writeSlice = (
  choose: Choose,
  w: BitWriter,
  { set, type, put }: { readonly set: HevcFields; readonly type: number; readonly put: Put }
): void => {
  w.u(set.extra, 0)
  const refresh = type === 19 || type === 20
  const slice = put('slice_type', type >= 16 ? (set.itself ? choose(2) : I) : choose(2), w.ue)
  if (set.output) w.flag(yes(choose))
  if (set.planes) w.u(2, choose(2))
  let references = set.itself ? 1 : 0
  let temporal = false
  if (!refresh) {
    put('slice_pic_order_cnt_lsb', oftenZero(choose, 2 ** set.orderBits - 1), (value) => w.u(set.orderBits, value))
    references += writeReferences(choose, w, set)
    temporal = set.temporalMotion && w.flag(yes(choose))
  }
  const offsets = [set.offset && w.flag(yes(choose)), set.offset && set.chroma !== 0 && w.flag(yes(choose))]
  if (slice !== I) writePrediction(choose, w, { set, slice, references, temporal })
  w.se(signed(choose, 20))
  if (set.chromaOffsets) for (let plane = 0; plane < 2; plane += 1) w.se(signed(choose, 12))
  if (set.transforms) for (let plane = 0; plane < 3; plane += 1) w.se(signed(choose, 5))
  if (set.list) w.flag(yes(choose))
  let disabled = set.disabled
  if (set.override && w.flag(yes(choose))) {
    disabled = w.flag(yes(choose))
    if (!disabled) for (let field = 0; field < 2; field += 1) w.se(signed(choose, 6))
  }
  if (set.across && (offsets.includes(true) || !disabled)) w.flag(yes(choose))
}

/** Answers how many pictures the one at hand refers to. */
const writeReferences = (choose: Choose, w: BitWriter, { sets, longTerm, named, orderBits }: HevcFields): number => {
  let used = 0
  if (w.flag(sets.length > 0 && yes(choose))) {
    const index = choose(sets.length - 1)
    w.u(bitsBelow(sets.length), index)
    used += (sets[index] ?? []).filter((picture) => picture.used).length
  } else {
    const own = writeShortTermSet(choose, w, { known: sets, inSlice: true })
    used += own.filter((picture) => picture.used).length
  }
  if (!longTerm) return used
  const byName = named.length > 0 ? ue(w, choose(Math.min(2, named.length))) : 0
  const byOrder = ue(w, choose(2))
  for (let picture = 0; picture < byName + byOrder; picture += 1) {
    const index = picture < byName ? choose(named.length - 1) : 0
    if (picture < byName) w.u(bitsBelow(named.length), index)
    else w.u(orderBits, oftenZero(choose, 2 ** orderBits - 1))
    if (picture < byName ? named[index] === true : w.flag(yes(choose))) used += 1
    if (w.flag(yes(choose))) w.ue(oftenZero(choose, 9))
  }
  return used
}

interface Predicting {
  readonly set: HevcFields
  readonly slice: number
  readonly references: number
  readonly temporal: boolean
}

const writePrediction = (choose: Choose, w: BitWriter, { set, slice, references, temporal }: Predicting): void => {
  const counts: number[] = slice === B ? [...set.defaults] : [set.defaults[0]]
  if (w.flag(yes(choose))) for (let list = 0; list < counts.length; list += 1) counts[list] = ue(w, choose(14)) + 1
  if (set.modification && references > 1) {
    for (const count of counts) {
      if (!w.flag(yes(choose))) continue
      for (let entry = 0; entry < count; entry += 1) w.u(bitsBelow(references), choose(references - 1))
    }
  }
  if (slice === B) w.flag(yes(choose))
  if (set.cabacInit) w.flag(yes(choose))
  if (temporal) {
    const list = slice === B && !w.flag(yes(choose)) ? 1 : 0
    const count = counts[list] ?? 1
    if (count > 1) w.ue(choose(count - 1))
  }
  if (set.weighted[slice === P ? 0 : 1]) writeWeights(choose, w, { counts, chroma: set.chroma !== 0 })
  w.ue(choose(4))
  if (set.integerMotion) w.flag(yes(choose))
}

const writeWeights = (
  choose: Choose,
  w: BitWriter,
  { counts, chroma }: { readonly counts: ReadonlyArray<number>; readonly chroma: boolean }
): void => {
  w.ue(choose(7))
  if (chroma) w.se(0)
  for (const count of counts) {
    const luma = Array.from({ length: count }, () => w.flag(yes(choose)))
    const colours = Array.from({ length: count }, () => chroma && w.flag(yes(choose)))
    luma.forEach((there, entry) => {
      const fields = (there ? 2 : 0) + (colours[entry] === true ? 4 : 0)
      for (let field = 0; field < fields; field += 1) w.se(signed(choose, 100))
    })
  }
}
