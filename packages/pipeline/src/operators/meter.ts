import { systemClock, type Clock } from '@custody/core/clock'
import { defer, finalize, ignoreElements, interval, map, merge, Subject, takeUntil, tap, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { State } from '../batch/state'
import type { PreservingOperator } from '../lease/operator'
import { preservingStage } from '../lease/preserving-stage'
import { createMeterBook, type MeterEnd, type MeterFigures } from './meter-book'

/** How often a meter reports, and to whom. */
export interface MeterOptions {
  /** Milliseconds from one report to the next; 1000 unless told. */
  readonly every?: number
  /** Told at each interval, also while nothing passes, and once at the end. What it is told is its own to keep. */
  readonly onFigures: (figures: MeterFigures) => void
  /** The system's, unless told. */
  readonly clock?: Clock
}

/** In a millisecond. */
const MICROSECONDS = 1000
const EVERY = 1000

/**
 * Counts what passes: samples and bytes by track and by scheme, batches, the leases that are out, and how fast it goes. Nothing of
 * the content is looked at, and nothing is changed: law P4 of preserving operators. Holds one batch.
 *
 * ```text
 * source   --a-----b--------c--|
 * meter    --a-----b--------c--|
 * reports  -----1-----2-----3--4     each interval, and the end
 * ```
 *
 * @errors What `onFigures` throws ends the run, unless it has ended already: then nobody hears it.
 * @example
 * runPipeline(pool, samples, meter({ onFigures: ({ rate }) => console.log(rate.bytes) }), sink)
 */
export const meter =
  (options: MeterOptions): PreservingOperator =>
  preservingStage('meter', { holds: 1 }, (source) => metered(source, options))

const metered = <S extends State>(
  input: Observable<Batch<S>>,
  { every = EVERY, onFigures, clock = systemClock }: MeterOptions
): Observable<Batch<S>> =>
  defer(() => {
    const now = (): number => clock.now() / MICROSECONDS
    const book = createMeterBook(now())
    const report = (end?: MeterEnd): void => {
      onFigures(book.figures(now(), end))
    }
    const passing = input.pipe(
      map((batch) => {
        book.add(openBatch(batch))
        return batch
      }),
      tap({
        complete: () => {
          report('completed')
        },
        error: unheard(() => {
          report('failed')
        }),
        unsubscribe: unheard(() => {
          report('cancelled')
        }),
      })
    )
    return withTicks(passing, every, report)
  })

/** The first fault is the one to tell. */
const unheard = (call: () => void) => (): void => {
  try {
    call()
  } catch {
    // The run is over, and by another cause.
  }
}

/** The ticks end with the batches. */
const withTicks = <S extends State>(
  passing: Observable<Batch<S>>,
  every: number,
  report: () => void
): Observable<Batch<S>> => {
  const ended = new Subject<void>()
  const tick = tap(() => {
    report()
  })
  const ticks: Observable<never> = interval(every).pipe(takeUntil(ended), tick, ignoreElements())
  const ending = finalize<Batch<S>>(() => {
    ended.next()
  })
  // The ticks first: a source may be at its end before `merge` comes to the second.
  return merge(ticks, passing.pipe(ending))
}
