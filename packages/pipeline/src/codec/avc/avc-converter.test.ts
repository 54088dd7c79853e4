import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { expectInItsRoom } from '../testing/any-bytes'
import { annexB, createBitWriter, nalFromBits } from '../testing/bit-writer'
import { leadingPicture, writtenStreams } from '../testing/random-syntax'
import { avcConfiguration } from './avc-configuration'
import type { NalConverter } from '../nal/converted-sample'
import { createAvcConverter } from './avc-converter'
import { createSubsampleMap } from '../nal/subsample-map'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const [sps = new Uint8Array(), pps = new Uint8Array(), picture = new Uint8Array()] = leadingPicture()
const NONE = new Uint8Array()
const SEI = Uint8Array.of(6, 5, 1, 0x80)

const convert = (converter: NalConverter, input: Uint8Array, room = Math.floor((input.length * 5) / 4)) => {
  const output = new Uint8Array(room)
  const map = createSubsampleMap('whole-blocks')
  const converted = converter.convert(input, 0, input.length, output, 0, map)
  const runs = Array.from({ length: map.count }, (_, run) => [map.clear[run] ?? 0, map.protected[run] ?? 0] as const)
  return { converted, runs, text: E.isRight(converted) ? hex(output.subarray(0, converted.right.bytes)) : '' }
}

const withLengths = (units: ReadonlyArray<Uint8Array>, size = 4): Uint8Array =>
  Buffer.concat(
    units.flatMap((unit) => {
      const length = Buffer.alloc(size)
      length.writeUIntBE(unit.length, 0, size)
      return [length, unit]
    })
  )

/** A slice of the leading picture's stream, with `data` behind its header of 3 bytes and a half. */
const sliceOf = (fields: { readonly idr: boolean; readonly frameNum: number; readonly data?: number }): Uint8Array => {
  const w = createBitWriter()
  w.u(8, fields.idr ? 0x65 : 0x41)
  for (const value of [0, 7, 1]) w.ue(value)
  w.u(4, fields.frameNum)
  if (fields.idr) w.ue(0)
  w.u(fields.idr ? 2 : 1, 0)
  w.se(0)
  for (let byte = 0; byte < (fields.data ?? 40); byte += 1) w.u(8, 0xa5)
  return nalFromBits(w.text())
}

/** A set of the leading picture's stream that is not the one it comes with when deblocking is told. */
const ppsOf = (id: number, deblocking: number): Uint8Array => {
  const w = createBitWriter()
  w.u(8, 0x68)
  for (const value of [id, 1]) w.ue(value)
  w.u(2, 0)
  for (let field = 0; field < 3; field += 1) w.ue(0)
  w.u(3, 0)
  for (let field = 0; field < 3; field += 1) w.se(0)
  w.u(1, deblocking)
  w.u(2, 0)
  return nalFromBits(w.text())
}

describe('createAvcConverter', () => {
  it('learns the sets of the first sample, leaves out what others do not need, and keeps the rest', () => {
    const converter = createAvcConverter(NONE)
    expect(converter.configuration()).toBeUndefined()
    const delimiter = Uint8Array.of(9, 0xf0)
    const filler = Uint8Array.of(12, 0xff, 0x80)
    const first = convert(converter, annexB([delimiter, sps, pps, SEI, picture, filler]))
    expect(first.text).toBe(hex(withLengths([SEI, picture])))
    expect(first.converted).toMatchObject({ right: { pictureOrder: 0, idr: true, startsSequence: true, reference: true } })
    expect(hex(converter.configuration() ?? NONE)).toBe(hex(avcConfiguration([sps], [pps])))
    const later = convert(converter, annexB([delimiter, sps, pps, sliceOf({ idr: false, frameNum: 1 })]))
    expect(later.text).toBe(hex(withLengths([sliceOf({ idr: false, frameNum: 1 })])))
    expect(later.converted).toMatchObject({ right: { pictureOrder: 2, idr: false, startsSequence: false } })
  })

  it('takes sets from private data, behind start codes or in a record', () => {
    for (const known of [annexB([sps, pps]), Buffer.from(`${hex(annexB([sps, pps]))}0000`, 'hex')]) {
      const converter = createAvcConverter(known)
      expect(hex(converter.configuration() ?? NONE)).toBe(hex(avcConfiguration([sps], [pps])))
      expect(convert(converter, annexB([picture])).text).toBe(hex(withLengths([picture])))
    }
    const record = avcConfiguration([sps], [pps])
    const converter = createAvcConverter(record)
    expect(hex(converter.configuration() ?? NONE)).toBe(hex(record))
    expect(convert(converter, withLengths([sps, pps, picture])).text).toBe(hex(withLengths([picture])))
  })

  it('lets a set of the first sample take the place of one in private data, as long as nobody has seen that', () => {
    const other = Uint8Array.from(sps)
    other[3] = 0x1e
    const converter = createAvcConverter(annexB([other, pps]))
    expect(hex(ppsOf(1, 0))).toBe(hex(pps))
    expect(E.isRight(convert(converter, annexB([sps, picture])).converted)).toBe(true)
    expect(hex(converter.configuration() ?? NONE)).toBe(hex(avcConfiguration([sps], [pps])))
    const seen = createAvcConverter(annexB([other, pps]))
    seen.configuration()
    expect(convert(seen, annexB([sps, picture])).converted).toMatchObject({ left: { type: 'UnsupportedMedia' } })
  })

  it('refuses sets that change or are added later', () => {
    const fault = { type: 'UnsupportedMedia', at: 4, what: 'H.264: parameter sets that change within the stream' }
    const other = Uint8Array.from(sps)
    other[3] = 0x1e
    for (const late of [other, ppsOf(1, 1), ppsOf(2, 0)]) {
      const converter = createAvcConverter(NONE)
      convert(converter, annexB([sps, pps, picture]))
      expect(convert(converter, annexB([late, picture])).converted).toEqual(E.left(fault))
    }
  })

  it('protects whole blocks behind the slice header, and nothing of short slices', () => {
    const run = (data: number) => convert(createAvcConverter(annexB([sps, pps])), annexB([SEI, sliceOf({ idr: true, frameNum: 0, data })]))
    // 8 bytes of supplemental information; length, header byte, 2 bytes of slice header, 1 shared by header and data.
    const head = 8 + 4 + 4
    expect(sliceOf({ idr: true, frameNum: 0, data: 40 })).toHaveLength(4 + 40)
    expect(run(40).runs).toEqual([[head + 8, 32]])
    expect(run(16).runs).toEqual([[head, 16]])
    expect(run(15).runs).toEqual([[head + 15, 0]])
  })

  it.each([
    [2, 'data partitioning'],
    [3, 'data partitioning'],
    [4, 'data partitioning'],
    [13, 'auxiliary pictures'],
    [15, 'further layers or views'],
    [19, 'auxiliary pictures'],
    [20, 'further layers or views'],
    [21, 'further layers or views'],
  ])('refuses NAL unit type %i by name', (type, what) => {
    const { converted } = convert(createAvcConverter(annexB([sps, pps])), annexB([picture, Uint8Array.of(0x60 + type, 0x80)]))
    const at = 4 + picture.length + 4
    expect(converted).toEqual(E.left({ type: 'UnsupportedMedia', at, what: `H.264: ${what} (NAL unit type ${type})` }))
  })

  it('keeps a prefix clear', () => {
    const prefix = Uint8Array.of(0x6e, 0x40, 0x80, 0x07)
    const { text, runs } = convert(createAvcConverter(annexB([sps, pps])), annexB([prefix, picture]))
    expect(text).toBe(hex(withLengths([prefix, picture])))
    expect(runs).toEqual([[text.length / 2, 0]])
  })

  it('says where bytes are wrong', () => {
    const at = (input: Uint8Array) => convert(createAvcConverter(annexB([sps, pps])), input, 1000).converted
    expect(at(Uint8Array.of(0, 0, 7, 0, 0, 1, 6, 0x80))).toMatchObject({ left: { type: 'MalformedMedia', format: 'avc', at: 2 } })
    expect(at(Uint8Array.of(0, 0, 1, 0x86, 0x80))).toMatchObject({ left: { type: 'MalformedMedia', at: 3 } })
    expect(at(annexB([Uint8Array.of(0x65, 0x88)]))).toMatchObject({ left: { type: 'MalformedMedia', at: 6 } })
    const strange = convert(createAvcConverter(NONE), annexB([picture])).converted
    expect(strange).toMatchObject({ left: { type: 'MalformedMedia', found: 'picture parameter set 1' } })
    const broken = convert(createAvcConverter(Uint8Array.of(1, 2, 3)), annexB([picture])).converted
    expect(broken).toMatchObject({ left: { type: 'MalformedMedia', at: 0 } })
  })

  it('says where in the record a set is wrong', () => {
    const record = avcConfiguration([sps], [pps])
    const cut = Uint8Array.of(...record.subarray(0, 6), 0, 4, ...sps.subarray(0, 4), 0)
    expect(convert(createAvcConverter(cut), annexB([picture])).converted).toMatchObject({ left: { type: 'MalformedMedia', at: 12 } })
  })

  it('has the configuration of the sets that fit, also when it refuses one that does not', () => {
    const sets = Array.from({ length: 256 }, (_, id) => ppsOf(id, 1))
    const converter = createAvcConverter(annexB([sps, ...sets]))
    const at = annexB([sps, ...sets.slice(0, 255)]).length + 4
    const what = 'H.264: more than 255 parameter sets of a kind'
    expect(convert(converter, annexB([picture])).converted).toEqual(E.left({ type: 'UnsupportedMedia', at, what }))
    expect(hex(converter.configuration() ?? NONE)).toBe(hex(avcConfiguration([sps], sets.slice(0, 255))))
    const long = createAvcConverter(annexB([sps, Uint8Array.of(...pps, ...new Uint8Array(0x1_0000).fill(1)), pps]))
    expect(convert(long, annexB([picture])).converted).toMatchObject({ left: { type: 'UnsupportedMedia', at: 4 + sps.length + 4 } })
    expect(long.configuration()).toBeUndefined()
  })

  it('gives a sample without a picture no order', () => {
    const converter = createAvcConverter(NONE)
    expect(convert(converter, annexB([sps, pps])).converted).toMatchObject({ right: { bytes: 0, pictureOrder: NaN, idr: false } })
    expect(convert(converter, NONE).converted).toMatchObject({ right: { bytes: 0 } })
    expect(convert(converter, annexB([picture])).converted).toMatchObject({ right: { pictureOrder: 0, idr: true } })
  })

  it('refuses a second picture in a sample, and takes further slices of the first', () => {
    const slices = [sliceOf({ idr: false, frameNum: 1 }), sliceOf({ idr: false, frameNum: 1 })]
    const converter = (): NalConverter => createAvcConverter(annexB([sps, pps]))
    expect(convert(converter(), annexB(slices)).converted).toMatchObject({ right: { pictureOrder: 2 } })
    const at = annexB(slices).length + 4
    expect(convert(converter(), annexB([...slices, sliceOf({ idr: false, frameNum: 2 })])).converted).toEqual(
      E.left({ type: 'UnsupportedMedia', at, what: 'H.264: more than one picture in a sample' })
    )
  })
})

describe('the growth of a sample', () => {
  it('is a quarter at the worst from start codes', () => {
    const worst = Buffer.from('00000106'.repeat(300), 'hex')
    expect(convert(createAvcConverter(NONE), worst).converted).toMatchObject({ right: { bytes: (worst.length * 5) / 4 } })
  })

  it('is never more from start codes, whatever stands between them', () => {
    const unit = fc.tuple(fc.constantFrom('000001', '00000001'), fc.uint8Array({ maxLength: 5 })).map(([code, bytes]) => {
      const plain = bytes.map((byte) => byte | 0x10)
      return Buffer.concat([Buffer.from(`${code}06`, 'hex'), plain])
    })
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 60 }), (units) => {
        const input = Buffer.concat(units)
        expect(E.isRight(convert(createAvcConverter(NONE), input).converted)).toBe(true)
      })
    )
  })

  it('is refused where it finds no room', () => {
    const short = avcConfiguration([sps], [pps])
    short[4] = 0xfc
    const input = withLengths([Uint8Array.of(6), picture], 1)
    expect(convert(createAvcConverter(short), input, input.length + 6).text).toBe(hex(withLengths([Uint8Array.of(6), picture])))
    expect(convert(createAvcConverter(short), input, input.length + 5).converted).toMatchObject({ left: { type: 'UnsupportedMedia' } })
  })
})

describe('createAvcConverter on any input', () => {
  it('writes slices whole, in order, with a map that sums to the sample', () => {
    fc.assert(
      fc.property(writtenStreams(6), (stream) => {
        const converter = createAvcConverter(annexB([stream.sps, stream.pps]))
        stream.slices.forEach(({ unit, bits }) => {
          const { converted, runs, text } = convert(converter, annexB([unit]))
          expect(text).toBe(hex(withLengths([unit])))
          const order = E.isRight(converted) ? converted.right.pictureOrder : Infinity
          // Slices that repeat others are pictures of nobody.
          expect(Number.isInteger(order) || Number.isNaN(order)).toBe(true)
          expect(runs.reduce((sum, [clear, covered]) => sum + clear + covered, 0)).toBe(unit.length + 4)
          expect(runs[0]?.[0]).toBeGreaterThanOrEqual(4 + Math.ceil(bits / 8))
        })
      })
    )
  })

  it('returns, and never writes outside its room', () => {
    const starts = [[0, 0, 1, 0x65], [0, 0, 1, 0x41], [0, 0, 1, 0x67, 66], [0, 0, 1, 0x68], [0, 0, 1], []]
    const known = [NONE, annexB([sps, pps]), avcConfiguration([sps], [pps])]
    expectInItsRoom(createAvcConverter, { starts, known, runs: 'whole-blocks' })
  })
})
