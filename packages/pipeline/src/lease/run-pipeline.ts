import { defer, finalize, throwError, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import type { Operator, Sink } from './operator'
import type { Pool } from './pool-handle'
import { poolState, type PoolState } from './pool-state'
import { revokeLease } from './release'
import { declarationOf, WHOLE_POOL } from './stage'

/** One lease for the source to fill and one for the sink to write stay free of the stages' claims. */
const RESERVED_LEASES = 2

/**
 * Joins a source, its stages and a sink into one run over a pool. Cold; one run at a time.
 * However it ends, every lease is released, wiped and back in the pool afterwards; one that the system is still
 * transferring follows when the transfer is done.
 *
 * @errors `PoolTooSmall` at once when a stage declares to hold more than the pool less two;
 * `PipelineRunning` for a second subscription while the first runs; those of the stages.
 */
export function runPipeline<A extends State, T>(pool: Pool, source: Observable<Batch<A>>, sink: Sink<A, T>): Observable<T>
export function runPipeline<A extends State, B extends State, T>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  sink: Sink<B, T>
): Observable<T>
export function runPipeline<A extends State, B extends State, C extends State, T>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  sink: Sink<C, T>
): Observable<T>
export function runPipeline<A extends State, B extends State, C extends State, D extends State, T>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  sink: Sink<D, T>
): Observable<T>
export function runPipeline(
  pool: Pool,
  source: Observable<unknown>,
  ...stages: ReadonlyArray<(input: never) => Observable<unknown>>
): Observable<unknown> {
  const state = poolState(pool)
  for (const each of stages) {
    const declared = declarationOf(each)
    if (declared !== undefined && declared.holds !== WHOLE_POOL && declared.holds > state.leases - RESERVED_LEASES) {
      const { name, holds } = declared
      return throwError(() => new PipelineError({ type: 'PoolTooSmall', stage: name, holds, leases: state.leases }))
    }
  }
  return defer(() => {
    if (state.running) return throwError(() => new PipelineError({ type: 'PipelineRunning' }))
    const joined = stages.reduce<Observable<unknown>>((input, each) => each(input as never), source)
    // Only now: a stage that throws while it is joined must not leave the pool taken.
    state.running = true
    return joined.pipe(finalize(() => endRun(state)))
  })
}

const endRun = (state: PoolState): void => {
  for (const lease of state.out) revokeLease(state, lease)
  state.stages.clear()
  state.running = false
}
