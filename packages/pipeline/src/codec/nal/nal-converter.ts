import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { NalConverter } from './converted-sample'
import { malformedNal, unsupportedNal } from './nal-fault'
import type { NalPolicy } from './nal-policy'
import { createNalTable } from './nal-table'
import { openSampleFormat, type PrivateDataReader } from './sample-format'
import { addClear, addProtectable, createSubsampleMap, resetMap, type SubsampleMap } from './subsample-map'

/** What is known of the picture of a sample, as far as its slices were taken. */
export interface PictureSoFar {
  readonly order: number
  readonly idr: boolean
  readonly startsSequence: boolean
  readonly reference: boolean
}

/** What a codec knows of its NAL units: one stream of it, read in decoding order. */
export interface NalCodec extends PrivateDataReader {
  /** Bytes of the header of each NAL unit. */
  readonly headerBytes: number
  /** Takes in a NAL unit of a sample where it is a parameter set. */
  readonly learn: (bytes: Uint8Array, from: number, to: number) => E.Either<PipelineFault, void>
  /** Decides by the header at `start`. */
  readonly policy: (bytes: Uint8Array, start: number) => NalPolicy
  /** The NAL unit type, for the name of what is refused. */
  readonly unitType: (header: number) => number
  readonly beginSample: () => void
  /** Takes the slice into the picture of the sample, and settles the sets; answers the offset of its first data byte. */
  readonly takeSlice: (bytes: Uint8Array, start: number, end: number) => E.Either<PipelineFault, number>
  readonly endSequence: () => void
  readonly picture: PictureSoFar
  readonly configuration: () => Uint8Array | undefined
}

/** Makes the converter of one stream of a codec from its private data: see `openSampleFormat`. */
export const createNalConverter = (codec: NalCodec, codecPrivate: Uint8Array): NalConverter => {
  const scan = openSampleFormat(codecPrivate, codec)
  const table = createNalTable()
  const conversion = openConversion(codec)
  return {
    convert: (input, from, to, output, at, map) => {
      if (E.isLeft(scan)) return scan
      const count = scan.right(input, from, to, table)
      if (E.isLeft(count)) return count
      begin(conversion, { input, output, at, map })
      for (let row = 0; row < count.right; row += 1) {
        const taken = takeNal(conversion, table.start[row] ?? 0, table.end[row] ?? 0)
        if (E.isLeft(taken)) return taken
      }
      const { order, idr, startsSequence, reference } = codec.picture
      return E.right({ bytes: conversion.at - at, pictureOrder: order, idr, startsSequence, reference })
    },
    configuration: codec.configuration,
  }
}

/** The stream, and the sample at hand. */
interface Conversion {
  readonly codec: NalCodec
  input: Buffer
  output: Buffer
  at: number
  map: SubsampleMap
}

type Step = E.Either<PipelineFault, void>

const DONE: Step = E.right(undefined)
const LENGTH_BYTES = 4
/** `forbidden_zero_bit`: set in no NAL unit, but in every second one that was deciphered with the wrong key. */
const FORBIDDEN_BIT = 0x80
const NOTHING = Buffer.alloc(0)

const openConversion = (codec: NalCodec): Conversion => ({
  codec,
  input: NOTHING,
  output: NOTHING,
  at: 0,
  map: createSubsampleMap('to-the-end'),
})

interface Passage {
  readonly input: Uint8Array
  readonly output: Uint8Array
  readonly at: number
  readonly map: SubsampleMap
}

const begin = (conversion: Conversion, { input, output, at, map }: Passage): void => {
  // Views, so that a NAL unit is copied without one of its own.
  conversion.input = Buffer.from(input.buffer, input.byteOffset, input.length)
  conversion.output = Buffer.from(output.buffer, output.byteOffset, output.length)
  conversion.at = at
  conversion.map = map
  resetMap(map)
  conversion.codec.beginSample()
}

const takeNal = (conversion: Conversion, start: number, end: number): Step => {
  const { codec, input } = conversion
  const header = input[start] ?? 0
  if ((header & FORBIDDEN_BIT) !== 0) return malformedNal(codec.name, start, 'forbidden_zero_bit 0', '1')
  if (end - start < codec.headerBytes) {
    return malformedNal(codec.name, start, `a NAL unit header of ${codec.headerBytes} bytes`, `${end - start} bytes`)
  }
  const policy = codec.policy(input, start)
  switch (policy.type) {
    case 'LeaveOut':
      return DONE
    case 'Learn':
      return codec.learn(input, start, end)
    case 'Refuse':
      return unsupportedNal(codec.name, start, `${policy.what} (NAL unit type ${codec.unitType(header)})`)
    case 'EndSequence':
      codec.endSequence()
      return keepClear(conversion, start, end)
    case 'Clear':
      return keepClear(conversion, start, end)
    case 'Protect':
      return keepSlice(conversion, start, end)
  }
}

const keepClear = (conversion: Conversion, start: number, end: number): Step => {
  addClear(conversion.map, LENGTH_BYTES + end - start)
  return writeNal(conversion, start, end)
}

const keepSlice = (conversion: Conversion, start: number, end: number): Step => {
  const { codec, input, map } = conversion
  const data = codec.takeSlice(input, start, end)
  if (E.isLeft(data)) return data
  addProtectable(map, LENGTH_BYTES + data.right - start, end - data.right)
  return writeNal(conversion, start, end)
}

const writeNal = (conversion: Conversion, start: number, end: number): Step => {
  const { codec, input, output, at } = conversion
  const length = end - start
  if (at + LENGTH_BYTES + length > output.length) {
    return unsupportedNal(codec.name, start, 'NAL units too small for lengths of four bytes')
  }
  output.writeUInt32BE(length, at)
  input.copy(output, at + LENGTH_BYTES, start, end)
  conversion.at = at + LENGTH_BYTES + length
  return DONE
}
