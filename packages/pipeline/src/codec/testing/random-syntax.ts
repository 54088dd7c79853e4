import type fc from 'fast-check'

import { createBitWriter, nalFromBits, type BitWriter } from './bit-writer'
import { chosen, oftenZero, signed, yes, type Choose } from './choose'

/** A slice that was written field by field, and where its header ends. */
export interface WrittenSlice {
  readonly unit: Uint8Array
  /** Bits of NAL unit header and slice header, without emulation prevention bytes. */
  readonly bits: number
  readonly fields: Readonly<Record<string, number>>
}

/** Parameter sets that fit together, and slices that refer to them. */
export interface WrittenStream {
  readonly sps: Uint8Array
  readonly pps: Uint8Array
  readonly slices: ReadonlyArray<WrittenSlice>
}

/**
 * A picture of 32×32 with sets of its own (id 1). FFmpeg's decoder refuses slice groups, and without one picture
 * that it takes, FFmpeg does not get as far as its other reader of headers, which does not.
 */
export const leadingPicture = (): ReadonlyArray<Uint8Array> => {
  const [sps, pps, slice] = [createBitWriter(), createBitWriter(), createBitWriter()]
  sps.u(8, 0x67)
  sps.u(24, 0x420028)
  for (const value of [1, 0, 2, 4]) sps.ue(value) // id, frame_num of 4 bits, order by frame number, references
  sps.flag(false)
  sps.ue(1)
  sps.ue(1)
  sps.u(4, 0b1100) // frames only, direct_8x8_inference_flag, no cropping, no usability information
  pps.u(8, 0x68)
  pps.ue(1)
  pps.ue(1)
  pps.u(2, 0)
  for (let field = 0; field < 3; field += 1) pps.ue(0) // slice groups, references
  pps.u(3, 0)
  for (let field = 0; field < 3; field += 1) pps.se(0)
  pps.u(3, 0)
  slice.u(8, 0x65)
  for (const value of [0, 7, 1]) slice.ue(value)
  slice.u(4, 0)
  slice.ue(0)
  slice.u(2, 0)
  slice.se(0)
  slice.u(32, 0x1234_5678)
  return [sps, pps, slice].map((writer) => nalFromBits(writer.text()))
}

/** Streams whose syntax is whatever ITU-T H.264 7.3 allows, most of which no encoder at hand writes. */
export const writtenStreams = (slices: number): fc.Arbitrary<WrittenStream> =>
  chosen((choose) => {
    const set = writeSets(choose)
    return { ...set, slices: Array.from({ length: slices }, (_, index) => writeSlice(choose, set, index === 0)) }
  })

type Sets = ReturnType<typeof writeSets>

const writeSets = (choose: Choose) => {
  const profile = [66, 77, 88, 100, 110, 122, 244][choose(6)] ?? 66
  const w = createBitWriter()
  w.u(8, 0x67)
  w.u(8, profile)
  w.u(8, 0)
  w.u(8, 40)
  w.ue(0)
  const format = profile >= 100 ? writeFormat(choose, w, profile) : { chroma: 1, planes: false }
  const frameNumBits = 4 + choose(12)
  w.ue(frameNumBits - 4)
  const order = writeOrderRule(choose, w)
  w.ue(4) // max_num_ref_frames
  w.flag(yes(choose))
  const [columns, rows] = [2 + choose(18), 2 + choose(18)]
  w.ue(columns - 1)
  w.ue(rows - 1)
  const frames = w.flag(yes(choose))
  if (!frames) w.flag(yes(choose))
  w.flag(true) // direct_8x8_inference_flag
  w.flag(false)
  w.flag(false)
  const pps = writePps(choose, { profile, chroma: format.chroma, units: columns * rows })
  const fields = { ...format, ...pps, frameNumBits, order, frames, units: columns * rows, profile }
  return { sps: nalFromBits(w.text()), pps: pps.unit, with: fields }
}

const writeFormat = (choose: Choose, w: BitWriter, profile: number) => {
  const chroma = profile === 244 ? choose(3) : profile === 122 ? choose(2) : choose(1)
  w.ue(chroma)
  const planes = chroma === 3 && w.flag(yes(choose))
  const depth = profile === 100 ? 0 : choose(2)
  w.ue(depth)
  w.ue(depth)
  w.flag(false)
  if (w.flag(yes(choose))) writeScalingLists(choose, w, chroma === 3 ? 12 : 8)
  return { chroma, planes }
}

const writeScalingLists = (choose: Choose, w: BitWriter, count: number): void => {
  for (let list = 0; list < count; list += 1) {
    if (!w.flag(yes(choose))) continue
    const size = list < 6 ? 16 : 64
    let last = 8
    for (let index = 0; index < size; index += 1) {
      const next = choose(9) === 0 ? 0 : 1 + choose(254)
      const delta = ((next - last + 128 + 256) % 256) - 128
      w.se(delta)
      if (next === 0) break
      last = next
    }
  }
}

const writeOrderRule = (choose: Choose, w: BitWriter) => {
  const type = choose(2)
  w.ue(type)
  const lsbBits = 4 + choose(12)
  if (type === 0) w.ue(lsbBits - 4)
  const always = type === 1 && w.flag(yes(choose))
  if (type === 1) {
    w.se(signed(choose, 9))
    w.se(signed(choose, 9))
    const cycle = choose(5)
    w.ue(cycle)
    for (let index = 0; index < cycle; index += 1) w.se(signed(choose, 9))
  }
  return { type, lsbBits, always }
}

const writePps = (choose: Choose, sps: { readonly profile: number; readonly chroma: number; readonly units: number }) => {
  const w = createBitWriter()
  w.u(8, 0x68)
  w.ue(0)
  w.ue(0)
  const cabac = w.flag(sps.profile !== 66 && sps.profile !== 88 && yes(choose))
  const bottomOrder = w.flag(yes(choose))
  const changeRate = writeGroups(choose, w, sps.units)
  const defaults = [choose(15), choose(15)] as const
  w.ue(defaults[0])
  w.ue(defaults[1])
  const weighted = w.flag(yes(choose))
  const bipred = choose(2)
  w.u(2, bipred)
  w.se(signed(choose, 9))
  w.se(signed(choose, 9))
  w.se(signed(choose, 9))
  const deblocking = w.flag(yes(choose))
  w.flag(yes(choose))
  const redundant = w.flag(yes(choose))
  if (sps.profile >= 100 && yes(choose)) {
    const large = w.flag(yes(choose))
    if (w.flag(yes(choose))) writeScalingLists(choose, w, large ? (sps.chroma === 3 ? 12 : 8) : 6)
    w.se(signed(choose, 9))
  }
  return { unit: nalFromBits(w.text()), cabac, bottomOrder, changeRate, defaults, weighted, bipred, deblocking, redundant }
}

const writeGroups = (choose: Choose, w: BitWriter, units: number): number => {
  const last = choose(1) * choose(7)
  w.ue(last)
  if (last === 0) return 0
  const map = choose(6)
  w.ue(map)
  if (map === 0) for (let group = 0; group <= last; group += 1) w.ue(choose(3))
  if (map === 2) for (let corner = 0; corner < 2 * last; corner += 1) w.ue(choose(1) + corner % 2)
  if (map === 6) {
    w.ue(units - 1)
    for (let unit = 0; unit < units; unit += 1) w.u(Math.ceil(Math.log2(last + 1)), choose(last))
  }
  if (map < 3 || map > 5) return 0
  w.flag(yes(choose))
  // A rate of all units leaves one bit for the cycle, and is where counting it is easily off by one.
  const rate = yes(choose) ? units : 1 + choose(units - 1)
  w.ue(rate - 1)
  return rate
}

const [P, B, I, SP, SI] = [0, 1, 2, 3, 4]

const writeSlice = (choose: Choose, { with: set }: Sets, first: boolean): WrittenSlice => {
  const w = createBitWriter()
  const fields: Record<string, number> = {}
  const idr = first || choose(5) === 0
  const reference = idr ? 1 + choose(2) : choose(3)
  const type = idr ? I : (set.profile === 88 ? [P, B, I, SP, SI] : [P, B, I])[choose(set.profile === 88 ? 4 : 2)] ?? I
  const put = (name: string, value: number, write: (value: number) => void): number => {
    fields[name] = value
    write(value)
    return value
  }
  w.u(1, 0)
  put('nal_ref_idc', reference, (value) => w.u(2, value))
  put('nal_unit_type', idr ? 5 : 1, (value) => w.u(5, value))
  put('first_mb_in_slice', 0, w.ue)
  put('slice_type', type + 5 * choose(1), w.ue)
  put('pic_parameter_set_id', 0, w.ue)
  if (set.planes) w.u(2, choose(2))
  put('frame_num', idr ? 0 : oftenZero(choose, 2 ** set.frameNumBits - 1), (value) => w.u(set.frameNumBits, value))
  const field = !set.frames && put('field_pic_flag', choose(1), (value) => w.u(1, value)) === 1
  if (field) put('bottom_field_flag', choose(1), (value) => w.u(1, value))
  if (idr) put('idr_pic_id', oftenZero(choose, 65535), w.ue)
  const both = set.bottomOrder && !field
  if (set.order.type === 0) {
    put('pic_order_cnt_lsb', oftenZero(choose, 2 ** set.order.lsbBits - 1), (value) => w.u(set.order.lsbBits, value))
    if (both) put('delta_pic_order_cnt_bottom', signed(choose, 70_000), w.se)
  }
  if (set.order.type === 1 && !set.order.always) {
    put('delta_pic_order_cnt[0]', signed(choose, 70_000), w.se)
    if (both) put('delta_pic_order_cnt[1]', signed(choose, 9), w.se)
  }
  if (set.redundant) put('redundant_pic_cnt', oftenZero(choose, 127), w.ue)
  if (type !== I && type !== SI) writeReferences(choose, w, { set, type })
  if (reference > 0) put('resets', writeMarking(choose, w, idr), () => undefined)
  if (set.cabac && type !== I && type !== SI) w.ue(choose(2))
  w.se(signed(choose, 20))
  if (type === SP) w.flag(yes(choose))
  if (type === SP || type === SI) w.se(signed(choose, 20))
  if (set.deblocking) {
    const idc = choose(2)
    w.ue(idc)
    if (idc !== 1) {
      w.se(signed(choose, 6))
      w.se(signed(choose, 6))
    }
  }
  if (set.changeRate > 0) {
    const most = Math.ceil(set.units / set.changeRate)
    w.u(Math.ceil(Math.log2(most + 1)), choose(most))
  }
  const bits = w.length()
  if (set.cabac) while (w.length() % 8 !== 0) w.u(1, 1)
  for (let byte = 0; byte < 20; byte += 1) w.u(8, oftenZero(choose, 255))
  return { unit: nalFromBits(w.text()), bits, fields }
}

const writeReferences = (choose: Choose, w: BitWriter, { set, type }: { readonly set: Sets['with']; readonly type: number }): void => {
  if (type === B) w.flag(yes(choose))
  const counts = [set.defaults[0] + 1, set.defaults[1] + 1]
  if (w.flag(yes(choose))) {
    for (let list = 0; list < (type === B ? 2 : 1); list += 1) {
      counts[list] = 1 + choose(15)
      w.ue((counts[list] ?? 1) - 1)
    }
  }
  for (let list = 0; list < (type === B ? 2 : 1); list += 1) {
    if (!w.flag(yes(choose))) continue
    for (let step = choose(5); step > 0; step -= 1) {
      const kind = choose(2)
      w.ue(kind)
      w.ue(kind === 2 ? choose(3) : choose(15))
    }
    w.ue(3)
  }
  if (!(type === B ? set.bipred === 1 : set.weighted)) return
  const chroma = set.chroma !== 0 && !set.planes
  w.ue(choose(7))
  if (chroma) w.ue(choose(7))
  const references = (counts[0] ?? 0) + (type === B ? (counts[1] ?? 0) : 0)
  for (let reference = 0; reference < references; reference += 1) {
    if (w.flag(yes(choose))) for (let value = 0; value < 2; value += 1) w.se(signed(choose, 127))
    if (chroma && w.flag(yes(choose))) for (let value = 0; value < 4; value += 1) w.se(signed(choose, 127))
  }
}

/** Answers 1 where operation 5 is among those written. */
const writeMarking = (choose: Choose, w: BitWriter, idr: boolean): number => {
  if (idr) {
    w.flag(yes(choose))
    w.flag(yes(choose))
    return 0
  }
  if (!w.flag(yes(choose))) return 0
  let resets = 0
  for (let step = choose(5); step > 0; step -= 1) {
    const operation = 1 + choose(5)
    w.ue(operation)
    if (operation === 5) resets = 1
    if (operation === 1 || operation === 3) w.ue(choose(9))
    if (operation === 2) w.ue(choose(3))
    if (operation === 3 || operation === 4 || operation === 6) w.ue(choose(3))
  }
  w.ue(0)
  return resets
}
