import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { readRecordedSets } from '../nal/recorded-sets'
import { nalLengthSize, type NalLengthSize } from '../nal/length-prefixed-scan'
import { malformedAvc } from './malformed-avc'
import { parseSps } from './parse-sps'
import type { Sps } from './sps'

/** The fields of an `AVCDecoderConfigurationRecord`, sets not looked into. */
export interface AvcRecord {
  readonly profile: number
  /** The constraint flags, the first one highest. */
  readonly compatibility: number
  readonly level: number
  /** Bytes of the length in front of each NAL unit of a sample. */
  readonly lengthSize: NalLengthSize
  /** Sequence parameter sets as NAL units, views of the record. */
  readonly spsUnits: ReadonlyArray<Uint8Array>
  /** Picture parameter sets as NAL units, views of the record. */
  readonly ppsUnits: ReadonlyArray<Uint8Array>
}

/** A record together with its first sequence parameter set: size, clock and reordering of the pictures. */
export interface AvcConfiguration extends AvcRecord {
  readonly sps: Sps
}

/** The `configurationVersion` that private data begins with when it is such a record. */
export const AVC_RECORD_VERSION = 1
const HEAD_BYTES = 6
const LENGTH_BYTES = 2
const SPS_COUNT_MASK = 0x1f

/**
 * Reads a record. What follows the picture parameter sets repeats what the sets say and is not read.
 *
 * @errors `MalformedMedia` at the byte of the record that is wrong.
 * @source ISO/IEC 14496-15, 5.3.3.1
 */
export const parseAvcRecord = (record: Uint8Array): E.Either<MalformedMedia, AvcRecord> => {
  const [version, profile = 0, compatibility = 0, level = 0, lengths = 0, counts = 0] = record
  if (record.length < HEAD_BYTES || version !== AVC_RECORD_VERSION) {
    return malformedAvc(0, 'a decoder configuration record, version 1', foundHead(record))
  }
  const lengthSize = nalLengthSize(lengths)
  if (lengthSize === undefined) return malformedAvc(4, 'NAL unit lengths of 1, 2 or 4 bytes', '3')
  const sps = readRecordedSets('avc', record, HEAD_BYTES, counts & SPS_COUNT_MASK)
  if (E.isLeft(sps)) return sps
  const ppsCount = record[sps.right.end]
  if (ppsCount === undefined) return malformedAvc(sps.right.end, 'the number of picture parameter sets', 'the end')
  const pps = readRecordedSets('avc', record, sps.right.end + 1, ppsCount)
  if (E.isLeft(pps)) return pps
  const found = { profile, compatibility, level, lengthSize }
  return E.right({ ...found, spsUnits: sps.right.units, ppsUnits: pps.right.units })
}

/**
 * Reads a record and its first sequence parameter set.
 *
 * @errors `MalformedMedia` at the byte of the record that is wrong, also for a record without such a set.
 */
export const parseAvcConfiguration = (record: Uint8Array): E.Either<MalformedMedia, AvcConfiguration> =>
  pipe(
    parseAvcRecord(record),
    E.chain((fields) => {
      const first = fields.spsUnits[0]
      if (first === undefined) return malformedAvc(HEAD_BYTES - 1, 'a sequence parameter set', 'none')
      return pipe(
        parseSps(first),
        E.bimap(
          (fault) => ({ ...fault, at: fault.at + HEAD_BYTES + LENGTH_BYTES }),
          (sps) => ({ ...fields, sps })
        )
      )
    })
  )

const foundHead = (record: Uint8Array): string =>
  record.length < HEAD_BYTES ? `${record.length} bytes` : `version ${record[0] ?? 0}`
