import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { bodyView, u64At } from '../box-fields'
import type { Box } from '../box-tree'
import type { SampleDefaults } from '../movie'
import { countFlags, fieldsFrom, FULL_FRONT, flagsOf } from './optional-fields'

/** What a `tfhd` says of the samples of its track fragment. */
export interface RunHeader extends SampleDefaults {
  readonly track: number
  /** Of the sample entry, from 1. */
  readonly description: number
  /** Where offsets are counted from, as a byte of the file; absent where it depends on the place of the fragment. */
  readonly base: number | undefined
  /** Offsets are counted from the `moof`, and not from the end of the data before. */
  readonly isMoofBase: boolean
}

/** @source ISO/IEC 14496-12, 8.8.7 */
const TFHD = { base: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, isMoofBase: 0x2_0000 } as const
const BASE_BYTES = 8
const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 }

/**
 * Reads a `tfhd`.
 *
 * @param defaults what `trex` says, by track.
 */
export const readRunHeader = (tfhd: Box, defaults: ReadonlyMap<number, SampleDefaults>): E.Either<MediaFault, RunHeader> => {
  const front = bodyView(tfhd, FULL_FRONT)
  if (E.isLeft(front)) return front
  const flags = flagsOf(front.right)
  const more = BASE_BYTES * countFlags(flags, TFHD.base) + 4 * countFlags(flags, TFHD.description, TFHD.duration, TFHD.size, TFHD.flags)
  const body = bodyView(tfhd, FULL_FRONT + more)
  if (E.isLeft(body)) return body
  const track = body.right.getUint32(4)
  const own = defaults.get(track) ?? NO_DEFAULTS
  const hasBase = countFlags(flags, TFHD.base) === 1
  const next = fieldsFrom(body.right, FULL_FRONT + (hasBase ? BASE_BYTES : 0), flags)
  return E.right({
    track,
    base: hasBase ? u64At(body.right, FULL_FRONT) : undefined,
    isMoofBase: countFlags(flags, TFHD.isMoofBase) === 1,
    description: next(TFHD.description, 1),
    duration: next(TFHD.duration, own.duration),
    size: next(TFHD.size, own.size),
    flags: next(TFHD.flags, own.flags),
  })
}

/** `tfdt`: where the fragment begins in time; undefined where it does not say. @source ISO/IEC 14496-12, 8.8.12 */
export const readStart = (tfdt: Box | undefined): E.Either<MediaFault, number | undefined> => {
  if (tfdt === undefined) return E.right(undefined)
  const long = tfdt.body[0] === 1
  return E.map((view: DataView) => (long ? u64At(view, 4) : view.getUint32(4)))(bodyView(tfdt, long ? 12 : 8))
}
