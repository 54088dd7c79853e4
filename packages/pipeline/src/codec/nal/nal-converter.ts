import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { ConvertedSample, NalConverter } from './converted-sample'
import { LENGTH_BYTES, surveyNal, surveyUnits } from './survey-sample'
import { malformedNal, unsupportedNal } from './nal-fault'
import { FORBIDDEN_BIT, type NalCodec, type PictureSoFar } from './nal-codec'
import { createNalTable } from './nal-table'
import { openSampleFormat } from './sample-format'
import { addClear, addProtectable, createSubsampleMap, resetMap, type SubsampleMap } from './subsample-map'

/** Makes the converter of one stream of a codec from its private data: see `openSampleFormat`. */
export const createNalConverter = (codec: NalCodec, codecPrivate: Uint8Array): NalConverter => {
  const format = openSampleFormat(codecPrivate, codec)
  const table = createNalTable()
  const conversion = openConversion(codec)
  return {
    fromStartCodes: E.isRight(format) && format.right.lengthSize === undefined,
    convert: (input, from, to, output, at, map) => {
      if (E.isLeft(format)) return format
      const count = format.right.scan(input, from, to, table)
      if (E.isLeft(count)) return count
      begin(conversion, { input, output, at, map })
      for (let row = 0; row < count.right; row += 1) {
        const taken = takeNal(conversion, table.start[row] ?? 0, table.end[row] ?? 0)
        if (E.isLeft(taken)) return taken
      }
      return E.right(noted(codec.picture, conversion.at - at))
    },
    survey: (sample, map) => {
      if (E.isLeft(format)) return format
      if (format.right.lengthSize !== LENGTH_BYTES) return TO_CONVERT
      const count = surveyUnits(codec, sample, table)
      if (count === undefined) return TO_CONVERT
      resetMap(map)
      codec.beginSample()
      for (let row = 0; row < count; row += 1) {
        const taken = surveyNal({ codec, sample, map }, table.start[row] ?? 0, table.end[row] ?? 0)
        if (E.isLeft(taken)) return taken
      }
      return E.right(noted(codec.picture, sample.bytes.length))
    },
    configuration: codec.configuration,
  }
}

const noted = ({ order, idr, startsSequence, reference }: PictureSoFar, bytes: number): ConvertedSample => ({
  bytes,
  pictureOrder: order,
  idr,
  startsSequence,
  reference,
})

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
const TO_CONVERT = E.right(undefined)
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
