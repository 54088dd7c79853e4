import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { annexB } from '../testing/bit-writer'
import { traceSlices } from '../testing/encoded-video'
import { leadingPicture, writtenStreams, type WrittenStream } from '../testing/random-syntax'
import { createParameterSets } from './parameter-sets'
import { createSliceHeaderParser, parseSliceHeader, type SetLookup } from './parse-slice-header'
import { createSliceHeader } from './slice-header'

const setsOf = ({ sps, pps }: WrittenStream): SetLookup => {
  const sets = createParameterSets()
  const learned = [sets.learnSps(sps, 0, sps.length), sets.learnPps(pps, 0, pps.length)]
  expect(learned).toEqual([E.right(undefined), E.right(undefined)])
  return sets
}

describe('parseSliceHeader', () => {
  it('reads whatever the syntax allows, to the bit', () => {
    fc.assert(
      fc.property(writtenStreams(8), (stream) => {
        const sets = setsOf(stream)
        const parser = createSliceHeaderParser()
        const out = createSliceHeader()
        for (const { unit, bits, fields } of stream.slices) {
          expect(parser.parse(unit, 0, unit.length, sets, out)).toEqual(E.right(out))
          expect({
            bits: out.headerBits,
            nal_ref_idc: out.nalRefIdc,
            nal_unit_type: out.nalUnitType,
            frame_num: out.frameNum,
            slice_type: out.sliceType,
            field_pic_flag: Number(out.fieldPicture),
            bottom_field_flag: Number(out.bottomField),
            idr_pic_id: out.idrPicId,
            pic_order_cnt_lsb: out.pictureOrderLsb,
            delta_pic_order_cnt_bottom: out.deltaPictureOrderBottom,
            delta0: out.deltaPictureOrder0,
            delta1: out.deltaPictureOrder1,
            redundant_pic_cnt: out.redundantPicture,
            resets: Number(out.resetsOrder),
          }).toEqual({
            bits,
            nal_ref_idc: fields['nal_ref_idc'],
            nal_unit_type: fields['nal_unit_type'],
            frame_num: fields['frame_num'],
            slice_type: (fields['slice_type'] ?? NaN) % 5,
            field_pic_flag: fields['field_pic_flag'] ?? 0,
            bottom_field_flag: fields['bottom_field_flag'] ?? 0,
            idr_pic_id: fields['idr_pic_id'] ?? 0,
            pic_order_cnt_lsb: fields['pic_order_cnt_lsb'] ?? 0,
            delta_pic_order_cnt_bottom: fields['delta_pic_order_cnt_bottom'] ?? 0,
            delta0: fields['delta_pic_order_cnt[0]'] ?? 0,
            delta1: fields['delta_pic_order_cnt[1]'] ?? 0,
            redundant_pic_cnt: fields['redundant_pic_cnt'] ?? 0,
            resets: fields['resets'] ?? 0,
          })
        }
      })
    )
  })

  it('refuses a header that ends early, at every byte, and never reads behind the range', () => {
    fc.assert(
      fc.property(writtenStreams(3), (stream) => {
        const sets = setsOf(stream)
        for (const { unit, bits } of stream.slices) {
          const whole = createSliceHeader()
          parseSliceHeader(unit, 0, unit.length, sets, whole)
          for (let to = 0; to < whole.headerEnd; to += 1) {
            const parsed = parseSliceHeader(unit, 0, to, sets, createSliceHeader())
            expect(parsed).toMatchObject({ left: { type: 'MalformedMedia', format: 'avc', at: to } })
          }
          const exact = parseSliceHeader(unit, 0, whole.headerEnd, sets, createSliceHeader())
          expect(exact).toMatchObject({ right: { headerBits: bits, headerEnd: whole.headerEnd } })
        }
      }),
      { numRuns: 30 }
    )
  })

  it('returns on any bytes', () => {
    fc.assert(
      fc.property(writtenStreams(1), fc.uint8Array({ maxLength: 300 }), (stream, bytes) => {
        const sets = setsOf(stream)
        for (const header of [0x65, 0x41, 0x01]) {
          const unit = Uint8Array.of(header, ...bytes)
          const parsed = parseSliceHeader(unit, 0, unit.length, sets, createSliceHeader())
          if (E.isRight(parsed)) expect(parsed.right.headerEnd).toBeLessThanOrEqual(unit.length)
          else expect(parsed.left.at).toBeLessThanOrEqual(unit.length)
        }
      })
    )
  })
})

whenInstalled('ffmpeg').describe('parseSliceHeader beside FFmpeg', () => {
  it('agrees on where headers end that no encoder at hand writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-syntax-'))
    const file = join(folder, 'a.h264')
    try {
      fc.assert(
        fc.property(writtenStreams(20), (stream) => {
          const units = [...leadingPicture(), stream.sps, stream.pps, ...stream.slices.map(({ unit }) => unit)]
          writeFileSync(file, annexB(units))
          const traced = traceSlices(file).slice(1)
          expect(traced.map(({ bits }) => bits)).toEqual(stream.slices.map(({ bits }) => bits))
        }),
        { numRuns: 12, endOnFailure: true }
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})
