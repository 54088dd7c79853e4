import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { runs } from '../../../../../test/gate/runs'
import { createSubsampleMap } from '../nal/subsample-map'
import { annexB } from '../testing/bit-writer'
import { handMadeHevc, segmentOf } from '../testing/hand-made-hevc'
import { mutatedUnits, sampleForms } from '../testing/mutated-units'
import { writtenHevc } from '../testing/random-hevc-syntax'
import { createHevcConverter } from './hevc-converter'
import { parseHevcConfiguration } from './parse-hevc-configuration'

/** The share of H.265 in the everyday thousand; a nightly run makes a thousand times as many. */
const EVERYDAY = 200
/** Milliseconds for one small input; a hang is longer by far. */
const BOUND = 1000
const MEBIBYTE = 2 ** 20
const MOST_MEMORY = 64 * MEBIBYTE

const SETS = handMadeHevc()
const RECORD = createHevcConverter(annexB(SETS)).configuration() ?? new Uint8Array()

const streams = fc.oneof(
  writtenHevc(3).map(({ sets, slices }) => [...sets, ...slices.map(({ unit }) => unit)]),
  fc.constant([...SETS, segmentOf({ type: 19, order: 0 }), segmentOf({ type: 1, order: 1 }), Uint8Array.of(0x4e, 1, 5, 1, 0x80)])
)

/** Converts, and checks what holds whatever the input is; answers whether it was taken. */
const convertAny = (codecPrivate: Uint8Array, input: Uint8Array): boolean => {
  const output = new Uint8Array(2 * input.length + 8)
  const map = createSubsampleMap('to-the-end')
  const started = performance.now()
  const converter = createHevcConverter(codecPrivate)
  const converted = converter.convert(input, 0, input.length, output, 0, map)
  if (E.isRight(converted)) converter.configuration()
  expect(performance.now() - started).toBeLessThan(BOUND)
  if (E.isRight(converted)) return true
  const fault = converted.left
  expect(['MalformedMedia', 'UnsupportedMedia']).toContain(fault.type)
  if (fault.type === 'MalformedMedia') {
    expect(fault.format).toBe('hevc')
    expect(fault.at).toBeGreaterThanOrEqual(0)
    expect(fault.at).toBeLessThanOrEqual(Math.max(codecPrivate.length, input.length))
  }
  return false
}

describe('mutated H.265', () => {
  it('is taken, or refused with a fault that says where, in bounded time and memory', () => {
    const before = process.memoryUsage().arrayBuffers
    let taken = 0
    let refused = 0
    fc.assert(
      fc.property(mutatedUnits(streams), fc.nat(40), (units, lie) => {
        const [startCodes = new Uint8Array(), ...withLengths] = sampleForms(units, lie)
        const results = [
          convertAny(new Uint8Array(), startCodes),
          convertAny(startCodes, annexB([segmentOf({ type: 19, order: 0 })])),
          ...withLengths.map((sample) => convertAny(RECORD, sample)),
        ]
        taken += results.filter((result) => result).length
        refused += results.filter((result) => !result).length
      }),
      { numRuns: runs(EVERYDAY) }
    )
    expect(taken).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MOST_MEMORY)
  })

  it('records are read, or refused with a fault that says where', () => {
    fc.assert(
      fc.property(mutatedUnits(fc.constant([RECORD])), (units) => {
        for (const record of units) {
          const parsed = parseHevcConfiguration(record)
          convertAny(record, new Uint8Array())
          if (E.isRight(parsed)) continue
          if (parsed.left.type === 'MalformedMedia') expect(parsed.left.at).toBeLessThanOrEqual(record.length)
        }
      }),
      { numRuns: runs(EVERYDAY) }
    )
  })
})
