import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { nalLengthSize, type NalLengthSize } from '../nal/length-prefixed-scan'
import { readRecordedSets } from '../nal/recorded-sets'
import type { SetFault } from '../nal/set-store'
import { MOST_UNITS } from './hevc-configuration'
import { malformedHevc } from './malformed-hevc'
import { hevcUnitType, NAL_SPS, NAL_VPS } from './nal-unit-type'
import { parseSps } from './parse-sps'
import { parseVps } from './parse-vps'
import type { HevcTiming } from './parse-vui'
import type { HevcSps } from './sps'

/** The fields of an `HEVCDecoderConfigurationRecord` that are of use, sets not looked into. */
export interface HevcRecord {
  /** Bytes of the length in front of each NAL unit of a sample. */
  readonly lengthSize: NalLengthSize
  /** All NAL units in order, views of the record. */
  readonly units: ReadonlyArray<Uint8Array>
}

/** A record together with its first sequence parameter set: size, clock and reordering of the pictures. */
export interface HevcConfiguration extends HevcRecord {
  readonly sps: HevcSps
  /** Of that set, or of the video parameter set where it says none. */
  readonly timing: HevcTiming | undefined
}

const VERSION = 1
const HEAD_BYTES = 23
const LENGTH_SIZE_AT = 21
const ARRAY_HEAD_BYTES = 3
/** Arrays say their NAL unit type in six bits. */
const MOST_ARRAYS = 64

/**
 * Whether private data is such a record: 1 in front. Start codes begin with 0, and nothing else is allowed there. Some
 * early writers put 0 there, followed by what no start code looks like.
 */
export const isHevcRecord = (codecPrivate: Uint8Array): boolean => {
  const [version, second = 0, third = 0] = codecPrivate
  return version === VERSION || (version === 0 && codecPrivate.length >= HEAD_BYTES && (second !== 0 || third > 1))
}

/**
 * Reads a record.
 *
 * @errors `MalformedMedia` at the byte of the record that is wrong.
 * @source ISO/IEC 14496-15, 8.3.3.1
 */
export const parseHevcRecord = (record: Uint8Array): E.Either<MalformedMedia, HevcRecord> => {
  if (record.length < HEAD_BYTES) {
    return malformedHevc(0, 'a decoder configuration record', `${record.length} bytes`)
  }
  if (!isHevcRecord(record)) return malformedHevc(0, 'version 1', String(record[0]))
  const lengthSize = nalLengthSize(record[LENGTH_SIZE_AT] ?? 0)
  if (lengthSize === undefined) return malformedHevc(LENGTH_SIZE_AT, 'NAL unit lengths of 1, 2 or 4 bytes', '3')
  return pipe(
    readArrays(record),
    E.map((units) => ({ lengthSize, units }))
  )
}

const readArrays = (record: Uint8Array): E.Either<MalformedMedia, ReadonlyArray<Uint8Array>> => {
  const count = record[HEAD_BYTES - 1] ?? 0
  if (count > MOST_ARRAYS) return malformedHevc(HEAD_BYTES - 1, `at most ${MOST_ARRAYS} arrays`, String(count))
  const units: Uint8Array[] = []
  let at = HEAD_BYTES
  for (let array = 0; array < count; array += 1) {
    if (at + ARRAY_HEAD_BYTES > record.length) return malformedHevc(at, 'an array of NAL units', 'the end')
    const length = (record[at + 1] ?? 0) * 0x100 + (record[at + 2] ?? 0)
    if (units.length + length > MOST_UNITS) return malformedHevc(at + 1, `at most ${MOST_UNITS} NAL units`, 'more')
    const sets = readRecordedSets('hevc', record, at + ARRAY_HEAD_BYTES, length)
    if (E.isLeft(sets)) return sets
    for (const unit of sets.right.units) units.push(unit)
    at = sets.right.end
  }
  return E.right(units)
}

/**
 * Reads a record and its first sequence parameter set.
 *
 * @errors `MalformedMedia` at the byte of the record that is wrong, also for a record without such a set;
 *   `UnsupportedMedia` as `parseSps`.
 */
export const parseHevcConfiguration = (record: Uint8Array): E.Either<SetFault, HevcConfiguration> => {
  const fields = parseHevcRecord(record)
  if (E.isLeft(fields)) return fields
  const first = fields.right.units.find((unit) => hevcUnitType(unit[0] ?? 0) === NAL_SPS)
  if (first === undefined) return malformedHevc(HEAD_BYTES - 1, 'a sequence parameter set', 'none')
  return pipe(
    parseSps(first),
    E.bimap(
      (fault): SetFault => ({ ...fault, at: (fault.at ?? 0) + first.byteOffset - record.byteOffset }),
      (sps) => ({ ...fields.right, sps, timing: sps.timing ?? timingOfVps(fields.right) })
    )
  )
}

const timingOfVps = ({ units }: HevcRecord): HevcTiming | undefined => {
  const unit = units.find(([header = 0]) => hevcUnitType(header) === NAL_VPS)
  const vps = unit === undefined ? undefined : parseVps(unit)
  return vps !== undefined && E.isRight(vps) ? vps.right.timing : undefined
}
