import { defer, EMPTY, map, tap, throwError, type MonoTypeOperatorFunction, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch, releaseBatch } from '../batch/batch-inside'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { defences } from './defences'
import { noteError, type Flow } from './flow'
import type { PoolState } from './pool-state'

/** Enters each batch of the source, and notes how the source ends. @errors `ForeignHandle` for a batch of another pool. */
export const enterFlow =
  <S extends State>(flow: Flow, expected: PoolState): MonoTypeOperatorFunction<Batch<S>> =>
  (source) =>
    source.pipe(
      map((batch) => {
        const { pool, lease } = openBatch(batch)
        if (pool !== expected) {
          // At the end of the run nobody would look for it there.
          releaseBatch(batch)
          throw new PipelineError({ type: 'ForeignHandle', what: 'a batch of another pool' })
        }
        flow.entered += 1
        lease.flow = flow
        lease.place = flow.entered
        return batch
      }),
      tap({
        error: (error: unknown) => {
          noteError(flow, error)
        },
        complete: () => {
          flow.ended = true
        },
      })
    )

/**
 * What stands behind the completion of a sink: nothing when all is well.
 *
 * @param poolOf undefined while no batch has come.
 * @errors an error that was kept from the sink; `LeaseLost` for batches that were neither written nor dropped;
 * `EndedEarly` when the source had more to give.
 */
export const nothingLost = (flow: Flow, poolOf: () => PoolState | undefined): Observable<never> =>
  defer(() => {
    const { name, error, ended, cut } = flow
    if (error !== undefined) return throwError(() => error.value)
    if (!defences.leaseLost) return EMPTY
    const batches = leftIn(flow, poolOf())
    if (batches > 0) return throwError(() => new PipelineError({ type: 'LeaseLost', stage: name, batches }))
    return ended || cut ? EMPTY : throwError(() => new PipelineError({ type: 'EndedEarly', stage: name }))
  })

const leftIn = (flow: Flow, pool: PoolState | undefined): number => {
  let live = 0
  for (const lease of pool?.out ?? []) if (lease.flow === flow && lease.owners > 0) live += 1
  return live
}
