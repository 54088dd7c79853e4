import * as E from 'fp-ts/Either'

import type { PipelineFault } from '../../fault/pipeline-fault'
import type { NalConverter } from '../nal/converted-sample'
import { createNalConverter } from '../nal/nal-converter'
import { malformedHevc } from './malformed-hevc'
import { nalPolicy } from './nal-policy'
import { HEADER_BYTES, hevcLayerId, hevcUnitType } from './nal-unit-type'
import { createHevcParameterSets, type HevcParameterSets } from './parameter-sets'
import { isHevcRecord, parseHevcRecord } from './parse-hevc-configuration'
import { createSliceSegmentParser, type SliceSegmentParser } from './parse-slice-header'
import { createHevcPictureOrder, type HevcPictureOrder } from './picture-order'
import { addSegment, beginHevcPicture, createHevcPicture, type HevcPicture } from './sample-picture'
import { createSliceSegmentHeader, type SliceSegmentHeader } from './slice-header'

/**
 * Makes the converter of one stream. Private data that begins with a configuration record says that samples have
 * lengths; anything else, also nothing, says start codes, and may hold parameter sets behind start codes.
 *
 * @source ISO/IEC 14496-15, 8.3; ISO/IEC 23001-7, 9.5.2; docs/reference/content-ciphers.md §4
 */
export const createHevcConverter = (codecPrivate: Uint8Array): NalConverter => {
  const sets = createHevcParameterSets()
  const picture = createHevcPicture()
  const pictureOrder = createHevcPictureOrder()
  const slices = createSliceSegmentParser()
  const reading = { sets, picture, pictureOrder, slices, slice: createSliceSegmentHeader() }
  return createNalConverter(
    {
      name: 'hevc',
      headerBytes: HEADER_BYTES,
      readRecord: (bytes) => (isHevcRecord(bytes) ? parseHevcRecord(bytes) : undefined),
      learnPrivate: sets.learnPrivate,
      learn: sets.learn,
      policy: (bytes, start) => policyAt(bytes, start),
      unitType: hevcUnitType,
      beginSample: () => beginHevcPicture(picture),
      takeSlice: (bytes, start, end) => takeSlice(reading, bytes, start, end),
      endSequence: pictureOrder.endSequence,
      picture,
      configuration: sets.configuration,
    },
    codecPrivate
  )
}

const policyAt = (bytes: Uint8Array, start: number): ReturnType<typeof nalPolicy> => {
  const [first, second] = [bytes[start] ?? 0, bytes[start + 1] ?? 0]
  return nalPolicy(hevcUnitType(first), hevcLayerId(first, second))
}

interface SliceReading {
  readonly sets: HevcParameterSets
  readonly slices: SliceSegmentParser
  readonly slice: SliceSegmentHeader
  readonly pictureOrder: HevcPictureOrder
  readonly picture: HevcPicture
}

const takeSlice = (
  { sets, slices, slice, pictureOrder, picture }: SliceReading,
  bytes: Uint8Array,
  start: number,
  end: number
): E.Either<PipelineFault, number> => {
  const parsed = slices.parse(bytes, start, end, sets, slice)
  if (E.isLeft(parsed)) return parsed
  const sps = sets.sps(sets.pps(slice.ppsId)?.spsId ?? -1)
  if (sps === undefined) {
    return malformedHevc(start, 'parameter sets that came before', `picture parameter set ${slice.ppsId}`)
  }
  const added = addSegment(picture, slice, { sps, pictureOrder, at: start })
  if (E.isLeft(added)) return added
  sets.settle()
  return E.right(slice.headerEnd)
}
