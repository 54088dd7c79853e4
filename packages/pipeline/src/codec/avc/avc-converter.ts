import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { MalformedMedia, PipelineFault } from '../../fault/pipeline-fault'
import type { NalConverter } from '../nal/converted-sample'
import type { NalCodec } from '../nal/nal-codec'
import { createNalConverter } from '../nal/nal-converter'
import type { RecordedFormat } from '../nal/sample-format'
import { malformedAvc } from './malformed-avc'
import { nalPolicy } from './nal-policy'
import { NAL_PPS, NAL_SPS, nalUnitType } from './nal-unit-type'
import { createParameterSets, type ParameterSets } from './parameter-sets'
import { AVC_RECORD_VERSION, parseAvcRecord } from './parse-avc-configuration'
import { createSliceHeaderParser, type SliceHeaderParser } from './parse-slice-header'
import { createPictureOrder, type PictureOrder } from './picture-order'
import { addSlice, beginPicture, createSamplePicture, type SamplePicture } from './sample-picture'

/**
 * Makes the converter of one stream. Private data that begins with a configuration record says that samples have
 * lengths; anything else, also nothing, says start codes, and may hold parameter sets behind start codes.
 *
 * @source ISO/IEC 14496-15, 5.3; ISO/IEC 23001-7, 9.5.2; docs/reference/content-ciphers.md §4
 */
export const createAvcConverter = (codecPrivate: Uint8Array): NalConverter => {
  const sets = createParameterSets()
  const picture = createSamplePicture()
  const learn: NalCodec['learn'] = (bytes, from, to) => learnSet(sets, bytes, from, to)
  const reading = { sets, picture, slices: createSliceHeaderParser(), pictureOrder: createPictureOrder() }
  return createNalConverter(
    {
      name: 'avc',
      readRecord: (bytes) => (bytes[0] === AVC_RECORD_VERSION ? readRecord(bytes) : undefined),
      headerBytes: 1,
      learnPrivate: learn,
      learn,
      policy: (bytes, start) => nalPolicy(nalUnitType(bytes[start] ?? 0)),
      unitType: nalUnitType,
      beginSample: () => beginPicture(picture),
      takeSlice: (bytes, start, end) => takeSlice(reading, bytes, start, end),
      // The order begins anew with the IDR picture that follows, whatever ends the sequence before.
      endSequence: () => undefined,
      picture,
      configuration: sets.configuration,
    },
    codecPrivate
  )
}

const readRecord = (codecPrivate: Uint8Array): E.Either<MalformedMedia, RecordedFormat> =>
  pipe(
    parseAvcRecord(codecPrivate),
    E.map(({ lengthSize, spsUnits, ppsUnits }) => ({ lengthSize, units: [...spsUnits, ...ppsUnits] }))
  )

const NO_SET = E.right(undefined)

const learnSet = (
  sets: ParameterSets,
  bytes: Uint8Array,
  from: number,
  to: number
): E.Either<PipelineFault, void> => {
  const type = nalUnitType(bytes[from] ?? 0)
  if (type === NAL_SPS) return sets.learnSps(bytes, from, to)
  return type === NAL_PPS ? sets.learnPps(bytes, from, to) : NO_SET
}

interface SliceReading {
  readonly sets: ParameterSets
  readonly slices: SliceHeaderParser
  readonly pictureOrder: PictureOrder
  readonly picture: SamplePicture
}

const takeSlice = (
  { sets, slices, pictureOrder, picture }: SliceReading,
  bytes: Uint8Array,
  start: number,
  end: number
): E.Either<PipelineFault, number> => {
  const parsed = slices.parse(bytes, start, end, sets, picture.current)
  if (E.isLeft(parsed)) return parsed
  const { headerEnd, ppsId } = parsed.right
  const sps = sets.sps(sets.pps(ppsId)?.spsId ?? -1)
  if (sps === undefined) return malformedAvc(start, 'parameter sets that came before', `picture parameter set ${ppsId}`)
  const added = addSlice(picture, { sps, pictureOrder, at: start })
  if (E.isLeft(added)) return added
  sets.settle()
  return E.right(headerEnd)
}
