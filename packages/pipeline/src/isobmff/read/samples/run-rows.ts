import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../../fault/pipeline-fault'
import { bodyView } from '../box-fields'
import type { Box } from '../box-tree'
import type { SampleDefaults } from '../movie'
import { countFlags, fieldsFrom, flagsOf, FULL_FRONT } from './optional-fields'

/** What a `trun` says of one sample. */
export interface RunRow {
  readonly duration: number
  readonly size: number
  readonly key: boolean
  /** From decoding to showing; may be negative. */
  readonly composition: number
}

/** The rows of a `trun`. */
export interface RunRows {
  readonly count: number
  /** From the base of the track fragment; undefined where the run follows the one before. */
  readonly dataOffset: number | undefined
  /** All rows behind the first are the same and stand nowhere: nothing bounds their number. */
  readonly alike: boolean
  /** The next row; to be asked for `count` times. */
  readonly next: () => RunRow
}

/** @source ISO/IEC 14496-12, 8.8.8 */
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const
/** `sample_is_non_sync_sample`. @source ISO/IEC 14496-12, 8.8.3.1 */
const NON_SYNC = 0x1_0000

/** Reads a `trun`. @errors `MalformedMedia` for one that claims more rows than its box has. */
export const readRunRows = (trun: Box, defaults: SampleDefaults): E.Either<MediaFault, RunRows> => {
  const front = bodyView(trun, FULL_FRONT)
  if (E.isLeft(front)) return front
  const flags = flagsOf(front.right)
  const count = front.right.getUint32(4)
  const rowsAt = FULL_FRONT + 4 * countFlags(flags, TRUN.dataOffset, TRUN.firstFlags)
  const rowBytes = 4 * countFlags(flags, TRUN.duration, TRUN.size, TRUN.flags, TRUN.composition)
  const body = bodyView(trun, rowsAt + rowBytes * count)
  if (E.isLeft(body)) return body
  const view = body.right
  const signed = trun.body[0] !== 0
  const field = fieldsFrom(view, rowsAt, flags)
  let absentFlags = (flags & TRUN.firstFlags) === 0 ? defaults.flags : view.getUint32(rowsAt - 4)
  return E.right({
    count,
    dataOffset: (flags & TRUN.dataOffset) === 0 ? undefined : view.getInt32(FULL_FRONT),
    alike: rowBytes === 0,
    next: () => {
      const duration = field(TRUN.duration, defaults.duration)
      const size = field(TRUN.size, defaults.size)
      const key = (field(TRUN.flags, absentFlags) & NON_SYNC) === 0
      absentFlags = defaults.flags
      const composition = field(TRUN.composition, 0)
      return { duration, size, key, composition: signed ? composition | 0 : composition }
    },
  })
}
