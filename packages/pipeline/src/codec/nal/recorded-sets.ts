import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { malformedNal, type NalCodecName } from './nal-fault'

const LENGTH_BYTES = 2

/** Most bytes of one parameter set in a configuration record. */
export const MOST_SET_BYTES = 0xffff

/** Bytes that the sets take in a record, each behind its length of two bytes. */
export const recordedSize = (sets: ReadonlyArray<Uint8Array>): number =>
  sets.reduce((sum, set) => sum + LENGTH_BYTES + set.length, 0)

/** Writes the sets from `from` on; answers the offset behind them. A set that does not fit throws. */
export const writeRecordedSets = (record: Uint8Array, from: number, sets: ReadonlyArray<Uint8Array>): number => {
  let at = from
  for (const set of sets) {
    if (set.length > MOST_SET_BYTES) throw new RangeError('a parameter set longer than fits')
    record[at] = set.length >> 8
    record[at + 1] = set.length & 0xff
    record.set(set, at + LENGTH_BYTES)
    at += LENGTH_BYTES + set.length
  }
  return at
}

/** Sets as they stand in a record. */
export interface RecordedSets {
  /** NAL units, views of the record. */
  readonly units: ReadonlyArray<Uint8Array>
  /** Offset behind the last one. */
  readonly end: number
}

/**
 * Reads `count` sets, each behind its length.
 *
 * @errors `MalformedMedia` at the set that reaches past the end of the record.
 */
export const readRecordedSets = (
  codec: NalCodecName,
  record: Uint8Array,
  from: number,
  count: number
): E.Either<MalformedMedia, RecordedSets> => {
  const units: Uint8Array[] = []
  let at = from
  for (let index = 0; index < count; index += 1) {
    const length = (record[at] ?? 0) * 0x100 + (record[at + 1] ?? 0)
    const end = at + LENGTH_BYTES + length
    if (end > record.length) {
      return malformedNal(codec, at, `a parameter set within ${record.length} bytes`, `one up to ${end}`)
    }
    units.push(record.subarray(at + LENGTH_BYTES, end))
    at = end
  }
  return E.right({ units, end: at })
}
