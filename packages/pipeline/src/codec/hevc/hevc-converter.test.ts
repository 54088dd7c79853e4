import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { mp4boxBoxes } from '../../isobmff/testing/mp4box-boxes'
import { annexB } from '../testing/bit-writer'
import { expectInItsRoom } from '../testing/any-bytes'
import { hex } from '../testing/converted-stream'
import { handMadeHevc, segmentOf } from '../testing/hand-made-hevc'
import { writtenHevc } from '../testing/random-hevc-syntax'
import { createSubsampleMap } from '../nal/subsample-map'
import type { NalConverter } from '../nal/converted-sample'
import { hevcCodecString } from './hevc-codec-string'
import { createHevcConverter } from './hevc-converter'
import { parseHevcConfiguration } from './parse-hevc-configuration'

const NONE = new Uint8Array()
const SETS = handMadeHevc()
const [, sps, pps] = SETS
const SEI = Uint8Array.of(0x4e, 1, 5, 1, 0x80)
const IDR = 19
const CRA = 21
const RASL_R = 9
const TRAIL_N = 0
const TRAIL_R = 1

const convert = (converter: NalConverter, input: Uint8Array, room = Math.floor((input.length * 5) / 4)) => {
  const output = new Uint8Array(room)
  const map = createSubsampleMap('to-the-end')
  const converted = converter.convert(input, 0, input.length, output, 0, map)
  const runs = Array.from({ length: map.count }, (_, run) => [map.clear[run] ?? 0, map.protected[run] ?? 0] as const)
  return { converted, runs, text: E.isRight(converted) ? hex(output.subarray(0, converted.right.bytes)) : '' }
}

const withLengths = (units: ReadonlyArray<Uint8Array>): Uint8Array =>
  Buffer.concat(units.flatMap((unit) => [Buffer.from([0, 0, 0, unit.length]), unit]))

const ordersOf = (pictures: ReadonlyArray<ReadonlyArray<Uint8Array>>): ReadonlyArray<unknown> => {
  const converter = createHevcConverter(annexB(SETS))
  return pictures.map((units) => {
    const { converted } = convert(converter, annexB(units))
    return E.isRight(converted)
      ? [converted.right.pictureOrder, converted.right.idr, converted.right.startsSequence, converted.right.reference]
      : converted.left
  })
}

describe('createHevcConverter', () => {
  it('learns the sets of the first sample, leaves out what others do not need, and keeps the rest', () => {
    const converter = createHevcConverter(NONE)
    expect(converter.configuration()).toBeUndefined()
    const [delimiter, filler] = [Uint8Array.of(0x46, 1, 0x50), Uint8Array.of(0x4c, 1, 0xff, 0x80)]
    const picture = segmentOf({ type: IDR, order: 0 })
    const first = convert(converter, annexB([delimiter, ...SETS, SEI, picture, filler]))
    expect(first.text).toBe(hex(withLengths([SEI, picture])))
    expect(first.converted).toMatchObject({ right: { pictureOrder: 0, idr: true, startsSequence: true, reference: true } })
    expect(first.runs.reduce((sum, [clear, covered]) => sum + clear + covered, 0)).toBe(first.text.length / 2)
    const record = converter.configuration() ?? NONE
    expect(createHevcConverter(record).configuration()).toEqual(record)
  })

  it('8.3.3.1 of ISO/IEC 14496-15: writes the record, byte by byte', () => {
    const record = Buffer.from(createHevcConverter(annexB(SETS)).configuration() ?? NONE)
    // Main profile, compatible with Main and Main 10, level 3.1, no constraints; nothing said of parallel decoding; 4:2:0 of
    // 8 bits; one sub-layer, nested; lengths of four bytes; three arrays, all sets in them.
    const head = `01 01 60000000 000000000000 5d f000 fc fd f8 f8 0000 0f 03`.replaceAll(' ', '')
    const arrays = SETS.map((unit, index) => `${(0xa0 + index).toString(16)}000100${unit.length.toString(16).padStart(2, '0')}${hex(unit)}`)
    expect(record.toString('hex')).toBe(`${head}${arrays.join('')}`)
    expect(hevcCodecString(record)).toBe('hvc1.1.6.L93')
  })

  it('writes a record that mp4box reads', () => {
    const record = createHevcConverter(annexB(handMadeHevc({ level: 120 }))).configuration() ?? NONE
    const [box] = mp4boxBoxes(Buffer.concat([Buffer.from([0, 0, 0, record.length + 8]), Buffer.from('hvcC'), record]))
    expect(box).toMatchObject({
      type: 'hvcC',
      general_profile_idc: 1,
      general_profile_compatibility: 0x6000_0000,
      general_level_idc: 120,
      chroma_format_idc: 1,
      bit_depth_luma_minus8: 0,
      numTemporalLayers: 1,
      temporalIdNested: 1,
      lengthSizeMinusOne: 3,
    })
    const arrays = box?.['nalu_arrays'] as ReadonlyArray<ReadonlyArray<{ readonly data: Uint8Array }>>
    expect(arrays.map((units) => units.map(({ data }) => hex(data)))).toEqual(handMadeHevc({ level: 120 }).map((unit) => [hex(unit)]))
  })

  it('E.3 of ISO/IEC 14496-15: names other profiles as the standard has it', () => {
    const record = Buffer.alloc(23)
    record.set([1, 0xa2, 0x20, 0, 0, 0x01, 0x90, 0, 0x10, 0, 0, 0, 150])
    expect(hevcCodecString(record)).toBe('hvc1.B2.80000004.H150.90.0.10')
  })

  it('refuses sets that change or are added later', () => {
    const fault = { type: 'UnsupportedMedia', at: 4, what: 'H.265: parameter sets that change within the stream' }
    const picture = segmentOf({ type: IDR, order: 0 })
    for (const late of handMadeHevc({ level: 120 }).slice(0, 2)) {
      const converter = createHevcConverter(annexB(SETS))
      convert(converter, annexB([picture]))
      expect(convert(converter, annexB([late, picture])).converted).toEqual(E.left(fault))
      const same = createHevcConverter(annexB(SETS))
      convert(same, annexB([picture]))
      expect(E.isRight(convert(same, annexB([...SETS, picture])).converted)).toBe(true)
    }
  })

  it.each([
    [10, 0, 'slices of a reserved type'],
    [22, 0, 'slices of a reserved type'],
    [31, 0, 'slices of a reserved type'],
    [48, 0, 'NAL units of an unspecified type'],
    [63, 0, 'NAL units of an unspecified type'],
    [1, 1, 'further layers or views'],
    [33, 1, 'further layers or views'],
    [39, 33, 'further layers or views'],
  ])('refuses NAL unit type %i of layer %i by name', (type, layer, what) => {
    const unit = Uint8Array.of((type << 1) | (layer >> 5), ((layer & 31) << 3) | 1, 0x80)
    const picture = segmentOf({ type: IDR, order: 0 })
    const { converted } = convert(createHevcConverter(annexB(SETS)), annexB([picture, unit]))
    const at = 4 + picture.length + 4
    expect(converted).toEqual(E.left({ type: 'UnsupportedMedia', at, what: `H.265: ${what} (NAL unit type ${type})` }))
  })

  it('refuses supplemental information that no record has room for, and has the configuration of the rest', () => {
    const long = new Uint8Array(0x1_0000).fill(0x4e)
    const converter = createHevcConverter(annexB([...SETS, long]))
    const refused = convert(converter, annexB([segmentOf({ type: IDR, order: 0 })])).converted
    expect(refused).toMatchObject({ left: { type: 'UnsupportedMedia', at: annexB(SETS).length + 4 } })
    expect(converter.configuration()).toEqual(createHevcConverter(annexB(SETS)).configuration())
  })

  it('says where in the record a set is wrong, and lists no more units than one of a kind can have', () => {
    const record = createHevcConverter(annexB(SETS)).configuration() ?? new Uint8Array()
    const [vps = new Uint8Array(), sps = new Uint8Array()] = SETS
    const spsAt = 23 + 5 + vps.length + 5
    const cut = Uint8Array.of(...record.subarray(0, 22), 2, ...record.subarray(23, spsAt - 2), 0, 5, ...sps.subarray(0, 5))
    const at = spsAt + 5
    expect(convert(createHevcConverter(cut), annexB([])).converted).toMatchObject({ left: { type: 'MalformedMedia', at } })
    expect(parseHevcConfiguration(cut)).toMatchObject(E.left({ type: 'MalformedMedia', at }))
    const empty = new Uint8Array(0xffff * 2)
    const many = Buffer.concat([record.subarray(0, 22), Uint8Array.of(2, 0xa7, 0xff, 0xff), empty, Uint8Array.of(0xa7, 0, 1, 0, 0)])
    expect(parseHevcConfiguration(many)).toMatchObject(E.left({ type: 'MalformedMedia', at: 23 + 3 + empty.length + 1 }))
  })

  it.each([39, 40, 41, 47, 62])('keeps NAL unit type %i clear', (type) => {
    const unit = Uint8Array.of(type << 1, 1, 0x12, 0x80)
    const { text, runs } = convert(createHevcConverter(annexB(SETS)), annexB([unit]))
    expect(text).toBe(hex(withLengths([unit])))
    expect(runs).toEqual([[8, 0]])
  })

  it('says where bytes are wrong', () => {
    const at = (input: Uint8Array) => convert(createHevcConverter(annexB(SETS)), input, 1000).converted
    expect(at(Uint8Array.of(0, 0, 7, 0, 0, 1, 0x4e, 1))).toMatchObject({ left: { type: 'MalformedMedia', format: 'hevc', at: 2 } })
    expect(at(Uint8Array.of(0, 0, 1, 0xa6, 1))).toMatchObject({ left: { type: 'MalformedMedia', at: 3 } })
    expect(at(Uint8Array.of(0, 0, 1, 0x4e))).toMatchObject({ left: { type: 'MalformedMedia', at: 3 } })
    expect(at(annexB([Uint8Array.of(0x26, 1, 0xa0)]))).toMatchObject({ left: { type: 'MalformedMedia', at: 7 } })
    expect(at(annexB([Uint8Array.of(0x26, 0, 0xaf, 1, 1)]))).toMatchObject({ left: { expected: 'nuh_temporal_id_plus1 of at least 1' } })
    const strange = convert(createHevcConverter(NONE), annexB([segmentOf({ type: IDR, order: 0 })])).converted
    expect(strange).toMatchObject({ left: { type: 'MalformedMedia', found: 'picture parameter set 0' } })
    const broken = convert(createHevcConverter(Uint8Array.of(1, 2, 3)), NONE).converted
    expect(broken).toMatchObject({ left: { type: 'MalformedMedia', format: 'hevc', at: 0 } })
  })

  it('refuses a second picture in a sample, and takes further segments of the first', () => {
    const [first, second] = [segmentOf({ type: TRAIL_R, order: 1 }), segmentOf({ type: TRAIL_R, order: 1, address: 2 })]
    const two = 'H.265: more than one picture in a sample'
    expect(ordersOf([[segmentOf({ type: IDR, order: 0 })], [first, second]])[1]).toEqual([1, false, false, true])
    expect(ordersOf([[first, first]])).toMatchObject([{ what: two }])
    expect(ordersOf([[first, segmentOf({ type: TRAIL_R, order: 2, address: 2 })]])).toMatchObject([{ what: two }])
    expect(ordersOf([[first, segmentOf({ type: TRAIL_N, order: 1, address: 2 })]])).toMatchObject([{ what: two }])
  })

  it('gives a sample without a picture no order', () => {
    const converter = createHevcConverter(NONE)
    expect(convert(converter, annexB(SETS)).converted).toMatchObject({ right: { bytes: 0, pictureOrder: NaN, idr: false } })
    expect(convert(converter, NONE).converted).toMatchObject({ right: { bytes: 0 } })
  })
})

/** Low bits of four bits: they wrap at 16. */
describe('picture order of H.265 (8.3.1)', () => {
  const picture = (type: number, order: number): ReadonlyArray<Uint8Array> => [segmentOf({ type, order })]

  it('counts on over the end of the low bits, both ways', () => {
    const orders = [0, 7, 14, 5, 12, 3, 1, 14].map((order, index) => picture(index === 0 ? IDR : TRAIL_R, order))
    expect(ordersOf(orders).map((found) => (found as number[])[0])).toEqual([0, 7, 14, 21, 28, 35, 33, 30])
  })

  it('does not count from pictures that none of their sub-layer refer to, nor from leading ones', () => {
    const later = [picture(TRAIL_R, 14), picture(RASL_R, 5), picture(TRAIL_R, 13)]
    const counted = ordersOf([picture(IDR, 0), picture(TRAIL_R, 6), picture(TRAIL_N, 1), ...later])
    expect(counted.map((found) => (found as number[])[0])).toEqual([0, 6, 1, 14, 21, 13])
    expect(ordersOf([picture(IDR, 0), picture(TRAIL_N, 1)])[1]).toEqual([1, false, false, false])
  })

  it('begins anew with IDR and BLA pictures, and with a CRA picture that is first or stands behind an end of sequence', () => {
    const end = Uint8Array.of(0x48, 1)
    expect(
      ordersOf([picture(CRA, 9), picture(TRAIL_R, 1), picture(CRA, 9), [...picture(TRAIL_R, 10), end], picture(CRA, 3), picture(16, 4)])
    ).toEqual([
      [9, true, true, true],
      [17, false, false, true],
      [25, true, false, true],
      [26, false, false, true],
      [3, true, true, true],
      [4, true, true, true],
    ])
  })
})

describe('parseHevcConfiguration', () => {
  it('says where a record is wrong', () => {
    const record = createHevcConverter(annexB(SETS)).configuration() ?? NONE
    const changed = (at: number, value: number): Uint8Array => Uint8Array.from(record, (byte, index) => (index === at ? value : byte))
    expect(parseHevcConfiguration(record)).toMatchObject({ right: { lengthSize: 4, sps: { width: 64, height: 64, maxNumReorder: 2 } } })
    expect(parseHevcConfiguration(changed(0, 2))).toMatchObject({ left: { at: 0 } })
    expect(parseHevcConfiguration(changed(21, 0x0e))).toMatchObject({ left: { at: 21 } })
    expect(parseHevcConfiguration(changed(22, 65))).toMatchObject({ left: { at: 22 } })
    expect(parseHevcConfiguration(changed(22, 4))).toMatchObject({ left: { at: record.length } })
    expect(parseHevcConfiguration(record.subarray(0, record.length - 1))).toMatchObject({
      left: { type: 'MalformedMedia', at: record.length - (pps?.length ?? 0) - 2 },
    })
    const spsAt = Buffer.from(record).indexOf(sps ?? NONE)
    const short = parseHevcConfiguration(changed(spsAt + 2, 0x0f))
    expect(E.isLeft(short) && short.left.type === 'MalformedMedia' && short.left.at).toBeGreaterThan(spsAt)
  })
})

describe('createHevcConverter on any input', () => {
  it('writes slices whole, in order, with a map that sums to the sample', () => {
    fc.assert(
      fc.property(writtenHevc(6), (stream) => {
        stream.slices.forEach(({ unit, bits, fields }) => {
          const converter = createHevcConverter(annexB(stream.sets))
          const { converted, runs, text } = convert(converter, annexB([unit]))
          if (fields['dependent_slice_segment_flag'] === 1) {
            expect(converted).toMatchObject({ left: { type: 'MalformedMedia', at: 4 } })
            return
          }
          expect(text).toBe(hex(withLengths([unit])))
          expect(runs.reduce((sum, [clear, covered]) => sum + clear + covered, 0)).toBe(unit.length + 4)
          expect(runs[0]?.[0]).toBeGreaterThanOrEqual(4 + bits / 8)
        })
      })
    )
  })

  it('returns, and never writes outside its room', () => {
    const starts = [[0, 0, 1, 0x26, 1], [0, 0, 1, 2, 1], [0, 0, 1, 0x42, 1], [0, 0, 1, 0x44, 1], [0, 0, 1, 0x40, 1], [0, 0, 1], []]
    const known = [NONE, annexB(SETS), createHevcConverter(annexB(SETS)).configuration() ?? NONE]
    expectInItsRoom(createHevcConverter, { starts, known, runs: 'to-the-end' })
  })
})
