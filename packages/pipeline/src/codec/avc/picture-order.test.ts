import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { annexB, createBitWriter, nalFromBits } from '../testing/bit-writer'
import { createPictureOrder } from './picture-order'
import { createSliceHeader, type SliceHeader } from './slice-header'
import type { PictureOrderRule, Sps } from './sps'

const spsWith = (pictureOrder: PictureOrderRule, frameNumBits = 4): Sps => ({
  id: 0,
  profile: 77,
  constraints: 0,
  level: 40,
  chromaFormat: 1,
  separateColourPlanes: false,
  bitDepthLuma: 8,
  bitDepthChroma: 8,
  frameNumBits,
  pictureOrder,
  maxNumRefFrames: 4,
  frameMbsOnly: false,
  mapUnits: 4,
  width: 32,
  height: 32,
})

const slice = (fields: Partial<SliceHeader>): SliceHeader => ({ ...createSliceHeader(), nalRefIdc: 1, ...fields })
const IDR: Partial<SliceHeader> = { idr: true, nalUnitType: 5 }

const orders = (sps: Sps, slices: ReadonlyArray<Partial<SliceHeader>>): ReadonlyArray<number> => {
  const order = createPictureOrder()
  return slices.map((fields) => order.next(slice(fields), sps))
}

/** Worked by hand after ITU-T H.264, 8.2.1. */
describe('createPictureOrder', () => {
  it('8.2.1.1: carries the low bits over and back', () => {
    const lsbs = [0, 6, 12, 10, 2, 14, 4].map((pictureOrderLsb, index) => ({ pictureOrderLsb, ...(index === 0 ? IDR : {}) }))
    expect(orders(spsWith({ type: 0, lsbBits: 4 }), lsbs)).toEqual([0, 6, 12, 10, 18, 14, 20])
  })

  it('8.2.1.1: takes no low bits from pictures that nothing refers to', () => {
    const given = [
      IDR,
      { pictureOrderLsb: 10, nalRefIdc: 0 },
      { pictureOrderLsb: 7 },
      { pictureOrderLsb: 14, nalRefIdc: 0 },
      { pictureOrderLsb: 0 },
    ]
    expect(orders(spsWith({ type: 0, lsbBits: 4 }), given)).toEqual([0, -6, 7, 14, 0])
  })

  it('8.2.1.1: gives a frame the count of its earlier field', () => {
    const given = [{ ...IDR, pictureOrderLsb: 1, deltaPictureOrderBottom: -1 }, { pictureOrderLsb: 4, deltaPictureOrderBottom: 1 }]
    expect(orders(spsWith({ type: 0, lsbBits: 8 }), given)).toEqual([0, 4])
  })

  it('8.2.1: begins anew behind operation 5', () => {
    const reset = { pictureOrderLsb: 9, deltaPictureOrderBottom: -3, resetsOrder: true, frameNum: 1 }
    // The top field counts 3 from then on, the bottom field 0.
    const after = [{ pictureOrderLsb: 10 }, { pictureOrderLsb: 12 }]
    expect(orders(spsWith({ type: 0, lsbBits: 4 }), [IDR, reset, ...after])).toEqual([0, 0, 10, 12])
    const bottom = { fieldPicture: true, bottomField: true, pictureOrderLsb: 9, resetsOrder: true }
    expect(orders(spsWith({ type: 0, lsbBits: 4 }), [IDR, bottom, { pictureOrderLsb: 9 }])).toEqual([0, 0, -7])
  })

  it('8.2.1.2: expects what the cycle says', () => {
    const rule: PictureOrderRule = {
      type: 1,
      deltaAlwaysZero: false,
      offsetForNonReference: -2,
      offsetTopToBottom: 1,
      offsetsInCycle: [4, 6],
    }
    const given = [
      IDR,
      { frameNum: 1 },
      { frameNum: 2, nalRefIdc: 0 },
      { frameNum: 2, deltaPictureOrder0: 5 },
      { frameNum: 3, deltaPictureOrder1: -3 },
      { frameNum: 4, fieldPicture: true, bottomField: true },
      { frameNum: 0 }, // one round of 16
    ]
    expect(orders(spsWith(rule), given)).toEqual([0, 4, 2, 15, 12, 21, 80])
  })

  it('8.2.1.2: expects nothing without a cycle', () => {
    const rule: PictureOrderRule = {
      type: 1,
      deltaAlwaysZero: false,
      offsetForNonReference: -7,
      offsetTopToBottom: 0,
      offsetsInCycle: [],
    }
    expect(orders(spsWith(rule), [IDR, { frameNum: 1, deltaPictureOrder0: 3 }, { frameNum: 2, nalRefIdc: 0 }])).toEqual([0, 3, -7])
  })

  it('8.2.1.3: follows the frame numbers', () => {
    const given = [
      IDR,
      { frameNum: 1, nalRefIdc: 0 },
      { frameNum: 1 },
      { frameNum: 15 },
      { frameNum: 0 },
      { frameNum: 1, resetsOrder: true },
      { frameNum: 1 },
      IDR,
    ]
    expect(orders(spsWith({ type: 2 }), given)).toEqual([0, 1, 2, 30, 32, 0, 2, 0])
  })
})

interface Written {
  readonly file: Uint8Array
  readonly sps: Sps
  readonly slices: ReadonlyArray<SliceHeader>
}

/**
 * Streams of I slices whose order is told in every way there is, in frames and fields. None resets the order by operation 5:
 * FFmpeg's decoder does not always go on from there as 8.2.1 says, and the examples above have the standard's answers.
 */
const orderedStreams: fc.Arbitrary<Written> = fc.array(fc.nat(), { minLength: 600, maxLength: 600 }).map((numbers) => {
  let used = 0
  const choose = (most: number): number => (numbers[used++ % numbers.length] ?? 0) % (most + 1)
  const signed = (most: number): number => choose(2 * most) - most
  const types: ReadonlyArray<() => PictureOrderRule> = [
    () => ({ type: 0, lsbBits: 4 + choose(4) }),
    () => ({
      type: 1,
      deltaAlwaysZero: choose(1) === 1,
      offsetForNonReference: signed(9),
      offsetTopToBottom: signed(3),
      offsetsInCycle: Array.from({ length: choose(4) }, () => signed(20)),
    }),
    () => ({ type: 2 }),
  ]
  const sps = spsWith(types[choose(2)]?.() ?? { type: 2 }, 4 + choose(2))
  const slices: SliceHeader[] = []
  let previousReference = 0
  let lsb = 0
  for (let picture = 0; picture < 40; picture += 1) {
    const idr = picture === 0 || choose(15) === 0
    const fields = choose(2) === 0
    const nalRefIdc = idr ? 1 : choose(1)
    const frameNum = idr ? 0 : (previousReference + 1) % 2 ** sps.frameNumBits
    lsb = idr ? 0 : lsb + signed(6) + 2
    const bottomFirst = choose(1) === 1 && fields
    for (const bottomField of fields ? [bottomFirst, !bottomFirst] : [false]) {
      const second = fields && bottomField !== bottomFirst
      const rule = sps.pictureOrder
      const range = rule.type === 0 ? 2 ** rule.lsbBits : 1
      const tells = rule.type === 1 && !rule.deltaAlwaysZero
      slices.push({
        ...createSliceHeader(),
        idr: idr && !second,
        nalUnitType: idr && !second ? 5 : 1,
        nalRefIdc,
        frameNum,
        fieldPicture: fields,
        bottomField,
        idrPicId: idr && !second ? picture : 0,
        pictureOrderLsb: rule.type === 0 ? (((lsb + Number(second)) % range) + range) % range : 0,
        deltaPictureOrderBottom: rule.type === 0 && !fields ? signed(3) : 0,
        deltaPictureOrder0: tells ? signed(5) : 0,
        deltaPictureOrder1: tells && !fields ? signed(5) : 0,
      })
    }
    if (nalRefIdc > 0) previousReference = frameNum
  }
  return { file: annexB([...writeSets(sps), ...slices.map((header) => writeSlice(sps, header))]), sps, slices }
})

const writeSets = (sps: Sps): ReadonlyArray<Uint8Array> => {
  const [w, p] = [createBitWriter(), createBitWriter()]
  w.u(8, 0x67)
  w.u(24, 0x4d0028)
  w.ue(0)
  w.ue(sps.frameNumBits - 4)
  const rule = sps.pictureOrder
  w.ue(rule.type)
  if (rule.type === 0) w.ue(rule.lsbBits - 4)
  if (rule.type === 1) {
    w.flag(rule.deltaAlwaysZero)
    w.se(rule.offsetForNonReference)
    w.se(rule.offsetTopToBottom)
    w.ue(rule.offsetsInCycle.length)
    rule.offsetsInCycle.forEach(w.se)
  }
  w.ue(4)
  w.flag(false)
  w.ue(1)
  w.ue(0)
  w.u(5, 0b00100) // fields too, no adaptive frames, direct_8x8_inference_flag, no cropping, no usability information
  p.u(8, 0x68)
  p.ue(0)
  p.ue(0)
  p.u(2, 0b01) // bottom_field_pic_order_in_frame_present_flag
  for (let field = 0; field < 3; field += 1) p.ue(0)
  p.u(3, 0)
  for (let field = 0; field < 3; field += 1) p.se(0)
  p.u(3, 0)
  return [nalFromBits(w.text()), nalFromBits(p.text())]
}

const writeSlice = (sps: Sps, header: SliceHeader): Uint8Array => {
  const w = createBitWriter()
  const rule = sps.pictureOrder
  w.u(3, header.nalRefIdc)
  w.u(5, header.nalUnitType)
  for (const value of [0, 7, 0]) w.ue(value)
  w.u(sps.frameNumBits, header.frameNum)
  if (w.flag(header.fieldPicture)) w.flag(header.bottomField)
  if (header.idr) w.ue(header.idrPicId)
  if (rule.type === 0) w.u(rule.lsbBits, header.pictureOrderLsb)
  if (rule.type === 0 && !header.fieldPicture) w.se(header.deltaPictureOrderBottom)
  if (rule.type === 1 && !rule.deltaAlwaysZero) {
    w.se(header.deltaPictureOrder0)
    if (!header.fieldPicture) w.se(header.deltaPictureOrder1)
  }
  if (header.idr) w.u(2, 0)
  else if (header.nalRefIdc > 0 && w.flag(header.resetsOrder)) for (const value of [5, 0]) w.ue(value)
  w.se(0)
  w.u(32, 0x1234_5678)
  return nalFromBits(w.text())
}

/** What FFmpeg's decoder counts for each slice; type 0 begins at 65 536 there. */
const ffmpegOrders = (file: string): ReadonlyArray<readonly [number, number]> => {
  const args = ['-v', 'debug', '-nostats', '-debug', 'pict', '-threads', '1', '-f', 'h264', '-i', file, '-f', 'null', '-']
  const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8', maxBuffer: 2 ** 28 })
  const decoded = stderr.slice(stderr.indexOf('Stream mapping'))
  return [...decoded.matchAll(/slice:\d+ .* poc:(-?\d+)\/(-?\d+) /g)].map(([, top, bottom]) => [Number(top), Number(bottom)])
}

whenInstalled('ffmpeg').describe('createPictureOrder beside FFmpeg', () => {
  it('counts as its decoder does, in frames and fields, with every rule', () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-order-'))
    const file = join(folder, 'a.h264')
    try {
      fc.assert(
        fc.property(orderedStreams, ({ file: bytes, sps, slices }) => {
          writeFileSync(file, bytes)
          const base = sps.pictureOrder.type === 0 ? 65_536 : 0
          const expected = ffmpegOrders(file).map(([top, bottom], index) => {
            const { fieldPicture, bottomField } = slices[index] ?? createSliceHeader()
            const count = fieldPicture ? (bottomField ? bottom : top) : Math.min(top, bottom)
            return count - base
          })
          const order = createPictureOrder()
          const found = slices.map((header) => order.next(header, sps))
          expect(found).toEqual(expected)
        }),
        { numRuns: 15, endOnFailure: true }
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})
