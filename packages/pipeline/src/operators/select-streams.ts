import { openBatch, releaseBatch, type BatchInside } from '../batch/batch-inside'
import { moveRanges, moveRow } from '../batch/move-row'
import { stage } from '../lease/stage'
import type { PreservingOperator } from '../lease/operator'
import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { filter, type Observable } from 'rxjs'

/**
 * Keeps the samples of the given streams, in their order; the bytes of the others are wiped. A batch in which none is
 * left is released.
 */
export const selectStreams =
  (streams: ReadonlySet<number>): PreservingOperator =>
  <S extends State>(source: Observable<Batch<S>>) =>
    stage<S, S>('select-streams', { holds: 1 }, (input) =>
      input.pipe(
        filter((batch) => {
          const inside = openBatch(batch)
          keepRows(inside, streams)
          if (inside.count > 0) return true
          releaseBatch(batch)
          return false
        })
      )
    )(source)

const keepRows = (inside: BatchInside, streams: ReadonlySet<number>): void => {
  const { columns, lease } = inside
  let kept = 0
  let ranges = 0
  for (let row = 0; row < inside.count; row += 1) {
    if (!streams.has(columns.track[row] ?? 0)) {
      const offset = columns.offset[row] ?? 0
      // Left behind, a clear sample would lie unprotected beside protected ones.
      lease.bytes.fill(0, offset, offset + (columns.size[row] ?? 0))
      continue
    }
    ranges = moveRanges(columns, row, kept, ranges)
    if (kept !== row) moveRow(columns, row, kept)
    kept += 1
  }
  columns.firstRange[kept] = ranges
  inside.count = kept
}
