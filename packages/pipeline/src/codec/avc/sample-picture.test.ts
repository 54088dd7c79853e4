import * as E from 'fp-ts/Either'

import { nalFromBits, createBitWriter } from '../testing/bit-writer'
import { parseSps } from './parse-sps'
import { createPictureOrder } from './picture-order'
import { addSlice, beginPicture, createSamplePicture } from './sample-picture'
import { createSliceHeader, type SliceHeader } from './slice-header'

/** Fields allowed, order by low bits of 4 bits, frame numbers of 4 bits. */
const fieldSps = () => {
  const w = createBitWriter()
  w.u(32, 0x674d0028)
  for (const value of [0, 0, 0, 0, 4]) w.ue(value)
  w.flag(false)
  w.ue(1)
  w.ue(0)
  w.u(5, 0b00100)
  const parsed = parseSps(nalFromBits(w.text()))
  if (E.isLeft(parsed)) throw new Error(parsed.left.expected)
  return parsed.right
}

const take = (slices: ReadonlyArray<Partial<SliceHeader>>, order = createPictureOrder()) => {
  const picture = createSamplePicture()
  beginPicture(picture)
  const sps = fieldSps()
  for (const fields of slices) {
    Object.assign(picture.current, createSliceHeader(), { nalRefIdc: 1 }, fields)
    const added = addSlice(picture, { sps, pictureOrder: order, at: 0 })
    if (E.isLeft(added)) return added.left.what
  }
  return [picture.order, picture.idr, picture.startsSequence]
}

const TOP = { fieldPicture: true, frameNum: 1, pictureOrderLsb: 5 }
const BOTTOM = { ...TOP, bottomField: true, pictureOrderLsb: 4 }

describe('the picture of a sample (ISO/IEC 14496-15, 5.2.2)', () => {
  it('is one frame of many slices', () => {
    expect(take([{ pictureOrderLsb: 2 }, { pictureOrderLsb: 2, firstMacroblock: 4 }])).toEqual([2, false, false])
  })

  it('is two fields, counted as the earlier one', () => {
    expect(take([TOP, TOP, BOTTOM, BOTTOM])).toEqual([4, false, false])
    expect(take([BOTTOM, TOP])).toEqual([4, false, false])
  })

  it('is an IDR picture whose second field is none', () => {
    const first = { fieldPicture: true, idr: true, nalUnitType: 5 }
    expect(take([first, { fieldPicture: true, bottomField: true, pictureOrderLsb: 1 }])).toEqual([0, true, true])
  })

  it('begins the order anew with operation 5', () => {
    expect(take([{ pictureOrderLsb: 2, resetsOrder: true }])).toEqual([0, false, true])
    expect(take([{ ...TOP, resetsOrder: true }, { ...BOTTOM, frameNum: 0, pictureOrderLsb: 1 }])).toEqual([0, false, true])
  })

  it('is not what slices repeat', () => expect(take([TOP, { ...BOTTOM, frameNum: 9, redundantPicture: 1 }])).toEqual([5, false, false]))

  it('is not three fields, nor two frames, nor fields of different frames', () => {
    const refusal = 'H.264: more than one picture in a sample'
    expect(take([TOP, BOTTOM, TOP])).toBe(refusal)
    expect(take([{ pictureOrderLsb: 2 }, { pictureOrderLsb: 4 }])).toBe(refusal)
    expect(take([TOP, { ...BOTTOM, frameNum: 2 }])).toBe(refusal)
    expect(take([TOP, { ...BOTTOM, idr: true, nalUnitType: 5 }])).toBe(refusal)
  })
})
