import { systemClock, type Clock } from '@custody/core/clock'
import { defer, map, tap, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { State } from '../batch/state'
import type { PreservingOperator } from '../lease/operator'
import { preservingStage } from '../lease/preserving-stage'
import { createProgressBook, type Progress, type ProgressTotal } from './progress-book'

/** What a run is measured against, how often that is told, and to whom. */
export interface ProgressOptions {
  readonly total: ProgressTotal
  /** Least milliseconds from one report to the next; 200 unless told. */
  readonly every?: number
  /** Told when a batch passes, not more often than that, and at the end of a run that is complete; not after a fault or a cancellation. */
  readonly onProgress: (progress: Progress) => void
  /** The system's, unless told. */
  readonly clock?: Clock
}

/** In a millisecond. */
const MICROSECONDS = 1000
const EVERY = 200

/**
 * Tells how far a run is, for a person who waits: a share that never falls, and is 1 only when the source has completed. Nothing of
 * the content is looked at, and nothing is changed: law P4 of preserving operators. Holds one batch.
 *
 * ```text
 * source    --a--b--c---------d--|
 * progress  --a--b--c---------d--|
 * reports   --1-----2---------3--4     no two within `every`, but the last
 * ```
 *
 * @errors What `onProgress` throws ends the run.
 * @example
 * runPipeline(pool, samples, progress({ total: { duration }, onProgress: ({ share }) => console.log(share) }), sink)
 */
export const progress =
  (options: ProgressOptions): PreservingOperator =>
  preservingStage('progress', { holds: 1 }, (source) => told(source, options))

const told = <S extends State>(
  input: Observable<Batch<S>>,
  { total, every = EVERY, onProgress, clock = systemClock }: ProgressOptions
): Observable<Batch<S>> =>
  defer(() => {
    const now = (): number => clock.now() / MICROSECONDS
    const began = now()
    const book = createProgressBook(total)
    let last = Number.NEGATIVE_INFINITY
    return input.pipe(
      map((batch) => {
        book.add(openBatch(batch))
        const at = now()
        if (at - last >= every) {
          last = at
          onProgress(book.progress(at - began))
        }
        return batch
      }),
      tap({
        complete: () => {
          onProgress(book.complete(now() - began))
        },
      })
    )
  })
