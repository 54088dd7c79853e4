import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { runs } from '../../../../../test/gate/runs'
import { annexB } from '../testing/bit-writer'
import { checkFault } from '../testing/checked-fault'
import { convertHostile, convertHostileForms, type HostileNal, type Outcome } from '../testing/converted-hostile'
import { handMadeHevc, segmentOf } from '../testing/hand-made-hevc'
import { mutatedUnits } from '../testing/mutated-units'
import { writtenHevc } from '../testing/random-hevc-syntax'
import { withinBounds } from '../testing/within-bounds'
import { createHevcConverter } from './hevc-converter'
import { parseHevcConfiguration } from './parse-hevc-configuration'

/** The share of H.265 in the everyday thousand; a nightly run makes a thousand times as many. */
const EVERYDAY = 200

const SETS = handMadeHevc()
const RECORD = createHevcConverter(annexB(SETS)).configuration() ?? new Uint8Array()
const HEVC: HostileNal = {
  name: 'hevc',
  createConverter: createHevcConverter,
  record: RECORD,
  slice: segmentOf({ type: 19, order: 0 }),
}

const streams = fc.oneof(
  writtenHevc(3).map(({ sets, slices }) => [...sets, ...slices.map(({ unit }) => unit)]),
  fc.constant([...SETS, HEVC.slice, segmentOf({ type: 1, order: 1 }), Uint8Array.of(0x4e, 1, 5, 1, 0x80)])
)

describe('mutated H.265', () => {
  it('is taken, or refused with a fault that says where, in bounded time and memory', () => {
    const outcome: Outcome = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(mutatedUnits(streams), fc.nat(40), (units, lie) => convertHostileForms(HEVC, outcome, units, lie)),
      // A stream is small as it stands; for a smaller one thousands of choices would be tried.
      { numRuns: runs(EVERYDAY), endOnFailure: true }
    )
    expect(outcome.taken).toBeGreaterThan(0)
    expect(outcome.refused).toBeGreaterThan(0)
  })

  it('records are read, or refused with a fault that says where', () => {
    const outcome: Outcome = { taken: 0, refused: 0 }
    fc.assert(
      fc.property(mutatedUnits(fc.constant([RECORD])), (records) => {
        withinBounds(() => {
          for (const record of records) {
            const parsed = parseHevcConfiguration(record)
            if (E.isLeft(parsed)) checkFault(parsed.left, 'hevc', record.length)
            convertHostile(HEVC, outcome, record, [new Uint8Array()])
          }
        })
      }),
      { numRuns: runs(EVERYDAY) }
    )
    expect(outcome.taken).toBeGreaterThan(0)
    expect(outcome.refused).toBeGreaterThan(0)
  })
})
