import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { runs } from '../../../../../test/gate/runs'
import { checkFault } from '../testing/checked-fault'
import { convertHostile, convertHostileForms, type HostileNal, type Outcome } from '../testing/converted-hostile'
import { mutatedUnits } from '../testing/mutated-units'
import { leadingPicture, writtenStreams } from '../testing/random-syntax'
import { withinBounds } from '../testing/within-bounds'
import { avcConfiguration } from './avc-configuration'
import { createAvcConverter } from './avc-converter'
import { parseAvcConfiguration } from './parse-avc-configuration'

/** The share of H.264 in the everyday thousand; a nightly run makes as many times more of it as of the others. */
const EVERYDAY = 40

const [SPS = new Uint8Array(), PPS = new Uint8Array(), PICTURE = new Uint8Array()] = leadingPicture()
const RECORD = avcConfiguration([SPS], [PPS])
const AVC: HostileNal = { name: 'avc', createConverter: createAvcConverter, record: RECORD, slice: PICTURE }
const SUPPLEMENTAL = Uint8Array.of(6, 5, 1, 0x80)

const streams = fc.oneof(
  writtenStreams(3).map(({ sps, pps, slices }) => [sps, pps, ...slices.map(({ unit }) => unit)]),
  fc.constant([Uint8Array.of(9, 0xf0), SPS, PPS, SUPPLEMENTAL, PICTURE])
)
const records = fc.oneof(
  writtenStreams(0).map(({ sps, pps }) => [avcConfiguration([sps, SPS], [pps, PPS])]),
  fc.constant([RECORD])
)

describe('mutated H.264', () => {
  it('is taken, or refused with a fault that says where, in bounded time and memory', () => {
    const outcome: Outcome = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(mutatedUnits(streams), fc.nat(40), (units, lie) => convertHostileForms(AVC, outcome, units, lie)),
      // A stream is small as it stands; for a smaller one thousands of choices would be tried.
      { numRuns: runs(EVERYDAY), endOnFailure: true }
    )
    expect(outcome.taken).toBeGreaterThan(0)
    expect(outcome.refused).toBeGreaterThan(0)
  })

  it('records are read, or refused with a fault that says where', () => {
    const outcome: Outcome = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(mutatedUnits(records), (changed) => {
        withinBounds(() => {
          for (const record of changed) {
            const parsed = parseAvcConfiguration(record)
            if (E.isLeft(parsed)) checkFault(parsed.left, 'avc', record.length)
            convertHostile(AVC, outcome, record, [new Uint8Array()])
          }
        })
      }),
      { numRuns: runs(EVERYDAY) }
    )
    expect(outcome.taken).toBeGreaterThan(0)
    expect(outcome.refused).toBeGreaterThan(0)
  })
})
