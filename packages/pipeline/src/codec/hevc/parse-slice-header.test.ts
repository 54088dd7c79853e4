import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { annexB } from '../testing/bit-writer'
import { encodeVideo, H265, traceSlices } from '../testing/encoded-video'
import { writtenHevc, type WrittenHevc } from '../testing/random-hevc-syntax'
import { createHevcParameterSets } from './parameter-sets'
import { createSliceSegmentParser } from './parse-slice-header'
import type { HevcSetLookup } from './set-lookup'
import { createSliceSegmentHeader } from './slice-header'

const setsOf = ({ sets: units }: WrittenHevc): HevcSetLookup => {
  const sets = createHevcParameterSets()
  for (const unit of units) expect(sets.learn(unit, 0, unit.length)).toEqual(E.right(undefined))
  return sets
}

const parser = createSliceSegmentParser()

describe('the parser of slice segment headers', () => {
  it('reads whatever the syntax allows, to the bit', () => {
    fc.assert(
      fc.property(writtenHevc(8), (stream) => {
        const sets = setsOf(stream)
        for (const { unit, bits, fields } of stream.slices) {
          const out = createSliceSegmentHeader()
          expect(parser.parse(unit, 0, unit.length, sets, out)).toEqual(E.right(out))
          expect({
            bits: out.headerBits,
            nal_unit_type: out.nalUnitType,
            nuh_temporal_id_plus1: out.temporalId + 1,
            first_slice_segment_in_pic_flag: Number(out.firstInPicture),
            dependent_slice_segment_flag: Number(out.dependent),
            slice_pic_parameter_set_id: out.ppsId,
            slice_segment_address: out.address,
            slice_type: out.sliceType,
            slice_pic_order_cnt_lsb: out.pictureOrderLsb,
            num_entry_point_offsets: out.entryPoints,
          }).toEqual({
            bits,
            slice_segment_address: 0,
            slice_type: 0,
            slice_pic_order_cnt_lsb: 0,
            num_entry_point_offsets: 0,
            ...fields,
          })
        }
      })
    )
  })

  it('refuses a header that ends early, at every byte, and never reads behind the range', () => {
    fc.assert(
      fc.property(writtenHevc(3), (stream) => {
        const sets = setsOf(stream)
        for (const { unit, bits } of stream.slices) {
          const whole = createSliceSegmentHeader()
          parser.parse(unit, 0, unit.length, sets, whole)
          for (let to = 0; to < whole.headerEnd; to += 1) {
            const parsed = parser.parse(unit, 0, to, sets, createSliceSegmentHeader())
            expect(parsed).toMatchObject({ left: { type: 'MalformedMedia', format: 'hevc', at: to } })
          }
          const exact = parser.parse(unit, 0, whole.headerEnd, sets, createSliceSegmentHeader())
          expect(exact).toMatchObject({ right: { headerBits: bits, headerEnd: whole.headerEnd } })
        }
      }),
      { numRuns: 30 }
    )
  })

  it('returns on any bytes', () => {
    fc.assert(
      fc.property(writtenHevc(1), fc.uint8Array({ maxLength: 300 }), (stream, bytes) => {
        const sets = setsOf(stream)
        for (const type of [0, 1, 16, 19, 21]) {
          const unit = Uint8Array.of(type << 1, 1, ...bytes)
          const parsed = parser.parse(unit, 0, unit.length, sets, createSliceSegmentHeader())
          if (E.isRight(parsed)) expect(parsed.right.headerEnd).toBeLessThanOrEqual(unit.length)
          else expect(parsed.left.at).toBeLessThanOrEqual(unit.length)
        }
      })
    )
  })
})

whenInstalled('ffmpeg').describe('the parser of slice segment headers beside FFmpeg', () => {
  it('agrees on where headers end that no encoder at hand writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'custody-syntax-'))
    const file = join(folder, 'a.hevc')
    try {
      // FFmpeg wants one picture that it takes before it gets as far as its other reader of headers.
      const [leading = new Uint8Array()] = encodeVideo(['-x265-params', 'log-level=none'], '96x80', 1, H265).units
      fc.assert(
        fc.property(writtenHevc(20), (stream) => {
          writeFileSync(file, Buffer.concat([leading, annexB([...stream.sets, ...stream.slices.map(({ unit }) => unit)])]))
          const traced = traceSlices(file, H265).slice(1)
          expect(traced.map(({ bits }) => bits)).toEqual(stream.slices.map(({ bits }) => bits))
        }),
        { numRuns: 12, endOnFailure: true }
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }, 60_000)
})
