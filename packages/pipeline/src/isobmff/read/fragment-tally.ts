import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import { childOf } from './box-tree'
import type { Box } from './box-tree'
import type { SampleDefaults } from './movie'
import { readRunHeader, readStart } from './samples/run-header'
import { readRunRows } from './samples/run-rows'
import type { RunRows } from './samples/run-rows'
import { emptyTally } from './tally'
import type { Tally } from './tally'

const addRow = (sum: Tally, rows: RunRows, times: number): void => {
  const { duration, size, key } = rows.next()
  sum.samples += times
  sum.duration += times * duration
  sum.bytes += times * size
  if (key) sum.keyFrames += times
}

const tallyRun = (rows: RunRows): Tally => {
  const sum = emptyTally()
  if (rows.count === 0) return sum
  addRow(sum, rows, 1)
  // Alike: nothing to loop over, whatever the count claims.
  if (rows.alike) addRow(sum, rows, rows.count - 1)
  else for (let row = 1; row < rows.count; row += 1) addRow(sum, rows, 1)
  return sum
}

const addRun = (tally: Tally, run: Tally): void => {
  tally.samples += run.samples
  tally.bytes += run.bytes
  tally.keyFrames += run.keyFrames
  tally.duration += run.duration
  tally.end += run.duration
}

/**
 * Adds the samples of a track fragment to what was counted of its track.
 *
 * @param tallyOf The count of a track, by its ID; asked once.
 * @errors `MalformedMedia` for a run that claims more samples than its box has.
 */
export const addTrackFragment = (
  traf: Box,
  movieDefaults: ReadonlyMap<number, SampleDefaults>,
  tallyOf: (id: number, at: number) => Tally
): E.Either<MediaFault, void> => {
  const tfhd = childOf(traf, 'tfhd')
  if (tfhd === undefined) return E.right(undefined)
  const header = readRunHeader(tfhd, movieDefaults)
  if (E.isLeft(header)) return header
  const start = readStart(childOf(traf, 'tfdt'))
  if (E.isLeft(start)) return start
  const tally = tallyOf(header.right.track, traf.at)
  if (start.right !== undefined) {
    tally.start = Math.min(tally.start ?? start.right, start.right)
    tally.end = start.right
  }
  for (const trun of traf.children.filter((box) => box.type === 'trun')) {
    const rows = readRunRows(trun, header.right)
    if (E.isLeft(rows)) return rows
    addRun(tally, tallyRun(rows.right))
  }
  return E.right(undefined)
}
