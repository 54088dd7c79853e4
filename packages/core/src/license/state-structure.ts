import * as E from 'fp-ts/Either'

import { badInput, type BadInput } from '../identity/bad-input'
import type { LicenseStateData } from './query-state'

/** The platform's structure for a state, with its four places for counts and dates. */
export interface LicenseStateStructure {
  readonly dwStreamId: 0
  readonly dwCategory: number
  readonly dwNumCounts: number
  readonly dwCount: readonly [number, number, number, number]
  readonly dwNumDates: number
  /** FILETIME: 100-nanosecond units since 1601. */
  readonly datetime: readonly [bigint, bigint, bigint, bigint]
  readonly dwVague: number
}

/** Flags of `dwVague`. @source wmdrmsdk.h, `DRM_LICENSE_STATE_DATA_…` */
export const STATE_FLAG = { vague: 1, oplPresent: 2, sapPresent: 4 } as const

const UNITS_PER_MICROSECOND = 10n
/** From 1601 to 1970. */
const EPOCH = 116_444_736_000_000_000n

const filetime = (micros: number | undefined): bigint =>
  micros === undefined ? 0n : BigInt(Math.trunc(micros)) * UNITS_PER_MICROSECOND + EPOCH

/**
 * Lays a state out as the platform does.
 *
 * @param streamId 0, which stands for all streams; there is no other (LI-11).
 * @errors `BadInput` for another stream.
 * @source Windows Media Format 11 SDK, "DRM_LICENSE_STATE_DATA"
 */
export const stateStructure = (
  { category, counts, dates, vague, oplPresent, sapPresent }: LicenseStateData,
  streamId = 0
): E.Either<BadInput, LicenseStateStructure> => {
  if (streamId !== 0) return E.left(badInput('stream', '0, for all streams', String(streamId)))
  const count = (place: number): number => counts[place] ?? 0
  const date = (place: number): bigint => filetime(dates[place])
  return E.right({
    dwStreamId: 0,
    dwCategory: category,
    dwNumCounts: counts.length,
    dwCount: [count(0), count(1), count(2), count(3)],
    dwNumDates: dates.length,
    datetime: [date(0), date(1), date(2), date(3)],
    dwVague:
      (vague ? STATE_FLAG.vague : 0) | (oplPresent ? STATE_FLAG.oplPresent : 0) | (sapPresent ? STATE_FLAG.sapPresent : 0),
  })
}
