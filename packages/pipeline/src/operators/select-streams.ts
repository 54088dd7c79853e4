import { openBatch, releaseBatch } from '../batch/batch-inside'
import { keepRows } from '../batch/keep-rows'
import { stage } from '../lease/stage'
import type { PreservingOperator } from '../lease/operator'
import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { filter, type Observable } from 'rxjs'

/**
 * Keeps the samples of the given streams, in their order; the bytes of the others are wiped. A batch in which none is
 * left is released. Selecting: order and bytes stay (P4). Holds one batch.
 *
 * ```text
 * source          --a(1,2)--b(2)--c(1)--|
 * selectStreams   --a(1)----------c(1)--|    of stream 1
 * ```
 *
 * @example
 * runPipeline(pool, samples, selectStreams(new Set([1])), sink)
 */
export const selectStreams =
  (streams: ReadonlySet<number>): PreservingOperator =>
  <S extends State>(source: Observable<Batch<S>>) =>
    stage<S, S>('select-streams', { holds: 1 }, (input) =>
      input.pipe(
        filter((batch) => {
          const inside = openBatch(batch)
          keepRows(inside, (row) => streams.has(inside.columns.track[row] ?? 0))
          if (inside.count > 0) return true
          releaseBatch(batch)
          return false
        })
      )
    )(source)
