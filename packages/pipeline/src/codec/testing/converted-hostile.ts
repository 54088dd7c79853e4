import * as E from 'fp-ts/Either'

import type { NalConverter } from '../nal/converted-sample'
import type { NalCodecName } from '../nal/nal-fault'
import { createSubsampleMap } from '../nal/subsample-map'
import { annexB } from './bit-writer'
import { checkFault } from './checked-fault'
import { sampleForms } from './mutated-units'
import { withinBounds } from './within-bounds'

/** A codec whose streams are changed. */
export interface HostileNal {
  readonly name: NalCodecName
  readonly createConverter: (codecPrivate: Uint8Array) => NalConverter
  /** Configuration of samples with lengths. */
  readonly record: Uint8Array
  /** A slice that goes with the sets of `record`. */
  readonly slice: Uint8Array
}

/** How many inputs were converted, and how many were refused. */
export interface Outcome {
  taken: number
  refused: number
}

/** Converts samples that may be anything, and checks what holds whatever they are. */
export const convertHostile = (
  codec: HostileNal,
  outcome: Outcome,
  codecPrivate: Uint8Array,
  samples: ReadonlyArray<Uint8Array>
): void => {
  const converter = codec.createConverter(codecPrivate)
  // Also behind a fault, though nobody goes on there: so all slices are read, not only those before the first wrong one.
  for (const sample of samples) convertSample(codec, outcome, converter, { codecPrivate, input: sample })
}

const convertSample = (
  codec: HostileNal,
  outcome: Outcome,
  converter: NalConverter,
  { codecPrivate, input }: { readonly codecPrivate: Uint8Array; readonly input: Uint8Array }
): void => {
  const output = new Uint8Array(2 * input.length + 8)
  const map = createSubsampleMap('to-the-end')
  const converted = converter.convert(input, 0, input.length, output, 0, map)
  converter.configuration()
  if (E.isLeft(converted)) {
    outcome.refused += 1
    checkFault(converted.left, codec.name, Math.max(codecPrivate.length, input.length))
    return
  }
  outcome.taken += 1
  const { bytes } = converted.right
  let mapped = 0
  for (let run = 0; run < map.count; run += 1) mapped += (map.clear[run] ?? 0) + (map.protected[run] ?? 0)
  expect(mapped).toBe(bytes)
}

/**
 * Converts units as a stream of each form: behind start codes, together and one by one, as private data, and behind
 * lengths that may lie.
 */
export const convertHostileForms = (
  codec: HostileNal,
  outcome: Outcome,
  units: ReadonlyArray<Uint8Array>,
  lie: number
): void => {
  const [startCodes = new Uint8Array(), ...withLengths] = sampleForms(units, lie)
  withinBounds(() => {
    convertHostile(codec, outcome, new Uint8Array(), [startCodes])
    convertHostile(codec, outcome, new Uint8Array(), units.map((unit) => annexB([unit])))
    convertHostile(codec, outcome, startCodes, [annexB([codec.slice])])
    for (const sample of withLengths) convertHostile(codec, outcome, codec.record, [sample])
  })
}
