import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import { malformedAvc, unsupportedAvc } from './malformed-avc'
import { createNalTable } from './nal-table'
import { nalPolicy } from './nal-policy'
import { nalUnitType } from './nal-unit-type'
import { createParameterSets, type ParameterSets } from './parameter-sets'
import { createSliceHeaderParser, type SliceHeaderParser } from './parse-slice-header'
import { createPictureOrder, type PictureOrder } from './picture-order'
import { openSampleFormat } from './sample-format'
import { addSlice, beginPicture, createSamplePicture, type SamplePicture } from './sample-picture'
import { addClear, addProtectable, resetMap, type SubsampleMap } from './subsample-map'

/** What was written of one sample, and what its picture is. */
export interface ConvertedSample {
  /** Bytes written; 0 for a sample that held nothing but parameter sets and the like. */
  readonly bytes: number
  /** Picture order count, of two fields the lower one; NaN for a sample without a picture. */
  readonly pictureOrder: number
  readonly idr: boolean
  /** Picture order begins anew here: an IDR picture, or one that resets the order. */
  readonly startsSequence: boolean
  /** Other pictures refer to this one. */
  readonly reference: boolean
}

/** Rewrites the samples of one stream, in decoding order. */
export interface AvcConverter {
  /**
   * Writes the sample from `from` to `to` of `input` with lengths of four bytes to `output` at `at`, and which of its
   * bytes `cenc` protects to `map`. Access unit delimiters, filler and parameter sets are left out.
   *
   * From start codes, the output is at most 5/4 of the input: the worst is one byte behind `00 00 01`. From lengths of
   * one or two bytes it may be more; what finds no room is refused. The two arrays must not share memory.
   *
   * @errors `MalformedMedia`, offset in `input` (for private data that does not hold: in that); `UnsupportedMedia` for
   *   what must not leave with parts of pictures clear (see `nalPolicy`), for two pictures in a sample, and for
   *   parameter sets that change within the stream. After an error the converter must not be used again.
   */
  readonly convert: (
    input: Uint8Array,
    from: number,
    to: number,
    output: Uint8Array,
    at: number,
    map: SubsampleMap
  ) => E.Either<PipelineFault, ConvertedSample>
  /**
   * The configuration record for what was written, once both kinds of parameter sets are known, from private data or
   * from the first sample. With the first answer the sets are settled.
   */
  readonly configuration: () => Uint8Array | undefined
}

/**
 * Makes the converter of one stream. Private data that begins with a configuration record says that samples have
 * lengths; anything else, also nothing, says start codes, and may hold parameter sets behind start codes.
 *
 * @source ISO/IEC 14496-15, 5.3; ISO/IEC 23001-7, 9.5.2; docs/reference/content-ciphers.md §4
 */
export const createAvcConverter = (codecPrivate: Uint8Array): AvcConverter => {
  const sets = createParameterSets()
  const scan = openSampleFormat(codecPrivate, sets)
  const table = createNalTable()
  const conversion = openConversion(sets)
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
      const { order, idr, startsSequence, reference } = conversion.picture
      return E.right({ bytes: conversion.at - at, pictureOrder: order, idr, startsSequence, reference })
    },
    configuration: sets.configuration,
  }
}

/** The stream as far as it was read, and the sample at hand. */
interface Conversion {
  readonly sets: ParameterSets
  readonly slices: SliceHeaderParser
  readonly pictureOrder: PictureOrder
  readonly picture: SamplePicture
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

const openConversion = (sets: ParameterSets): Conversion => ({
  sets,
  slices: createSliceHeaderParser(),
  pictureOrder: createPictureOrder(),
  picture: createSamplePicture(),
  input: NOTHING,
  output: NOTHING,
  at: 0,
  map: { count: 0, clear: new Uint32Array(0), protected: new Uint32Array(0) },
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
  beginPicture(conversion.picture)
}

const takeNal = (conversion: Conversion, start: number, end: number): Step => {
  const { sets, input, map } = conversion
  const header = input[start] ?? 0
  if ((header & FORBIDDEN_BIT) !== 0) return malformedAvc(start, 'forbidden_zero_bit 0', '1')
  const type = nalUnitType(header)
  const policy = nalPolicy(type)
  switch (policy.type) {
    case 'LeaveOut':
      return DONE
    case 'LearnSps':
      return sets.learnSps(input, start, end)
    case 'LearnPps':
      return sets.learnPps(input, start, end)
    case 'Refuse':
      return unsupportedAvc(`${policy.what} (NAL unit type ${type})`)
    case 'Clear':
      addClear(map, LENGTH_BYTES + end - start)
      return writeNal(conversion, start, end)
    case 'Protect':
      return takeSlice(conversion, start, end)
  }
}

const takeSlice = (conversion: Conversion, start: number, end: number): Step => {
  const { sets, slices, picture, input, map } = conversion
  const parsed = slices.parse(input, start, end, sets, picture.current)
  if (E.isLeft(parsed)) return parsed
  const { headerEnd, ppsId } = parsed.right
  const sps = sets.sps(sets.pps(ppsId)?.spsId ?? -1)
  if (sps === undefined) return DONE
  const added = addSlice(picture, sps, conversion.pictureOrder)
  if (E.isLeft(added)) return added
  sets.settle()
  addProtectable(map, LENGTH_BYTES + headerEnd - start, end - headerEnd)
  return writeNal(conversion, start, end)
}

const writeNal = (conversion: Conversion, start: number, end: number): Step => {
  const { input, output, at } = conversion
  const length = end - start
  if (at + LENGTH_BYTES + length > output.length) return unsupportedAvc('NAL units too small for lengths of four bytes')
  output.writeUInt32BE(length, at)
  input.copy(output, at + LENGTH_BYTES, start, end)
  conversion.at = at + LENGTH_BYTES + length
  return DONE
}
