import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { tableView } from './box-fields'
import { childOf } from './box-tree'
import type { Box } from './box-tree'
import { readSizes } from './samples/table-cursors'
import type { Sizes } from './samples/table-cursors'
import { emptyTally } from './tally'
import type { Tally } from './tally'

/** Offsets in the bodies of `stss` and `stts`, behind version and flags. */
const COUNT_AT = 4
const ROWS_AT = 8

const countSizes = ({ next, count, each }: Sizes): Pick<Tally, 'samples' | 'bytes'> => {
  if (each !== undefined) return { samples: count, bytes: count * each }
  let bytes = 0
  for (let left = count; left > 0; left -= 1) bytes += next()
  return { samples: count, bytes }
}

const countKeyFrames = (stbl: Box, samples: number): E.Either<MalformedMedia, number> => {
  const stss = childOf(stbl, 'stss')
  // Without the table every sample is a sync sample.
  if (stss === undefined) return E.right(samples)
  return E.map(({ count }: { readonly count: number }) => count)(tableView(stss, COUNT_AT, 4))
}

const sumDurations = (stbl: Box): E.Either<MalformedMedia, number> => {
  const stts = childOf(stbl, 'stts')
  if (stts === undefined) return E.right(0)
  const table = tableView(stts, COUNT_AT, 8)
  if (E.isLeft(table)) return table
  const { view, count } = table.right
  let sum = 0
  for (let row = 0; row < count; row += 1) {
    sum += view.getUint32(ROWS_AT + 8 * row) * view.getUint32(ROWS_AT + 8 * row + 4)
  }
  return E.right(sum)
}

/**
 * Counts the samples that the header itself lists; none in a fragmented file.
 *
 * @errors `MalformedMedia` for a table that claims more rows than its box has.
 * @source ISO/IEC 14496-12, 8.6.1, 8.6.2, 8.7.3
 */
export const tallySampleTables = (stbl: Box): E.Either<MalformedMedia, Tally> => {
  const box = childOf(stbl, 'stsz') ?? childOf(stbl, 'stz2')
  if (box === undefined) return E.right(emptyTally())
  const table = readSizes(box)
  if (E.isLeft(table)) return table
  const sizes = countSizes(table.right)
  const keyFrames = countKeyFrames(stbl, sizes.samples)
  if (E.isLeft(keyFrames)) return keyFrames
  return E.map((duration: number): Tally => ({
    ...emptyTally(),
    ...sizes,
    keyFrames: keyFrames.right,
    duration,
    start: sizes.samples === 0 ? undefined : 0,
    end: duration,
  }))(sumDurations(stbl))
}
