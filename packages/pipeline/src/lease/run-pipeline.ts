import type { Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import type { Operator, Sink } from './operator'
import type { Pool } from './pool-handle'
import { poolState } from './pool-state'
import { startRun, type Line } from './start-run'

/**
 * Joins a source, its stages and a sink into one run over a pool. Cold; one run at a time.
 * However it ends, every lease is released, wiped and back in the pool afterwards; one that the system is still
 * transferring follows when the transfer is done. It completes only when its source has, and when every batch was written or dropped.
 *
 * @errors `PoolTooSmall` at once when a stage declares to hold more than the pool less two;
 * `PipelineRunning` for a second subscription, of the run or of its source, while the first runs; `LeaseLost` for batches that an
 * operator between two stages forgot, `EndedEarly` when one completed before the source, each with the stage `pipeline`;
 * `Stalled` when leases are out behind the end of the source and none comes back; those of the stages.
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
export function runPipeline<A extends State, B extends State, C extends State, D extends State, E extends State, T>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  sink: Sink<E, T>
): Observable<T>
export function runPipeline<A extends State, B extends State, C extends State, D extends State, E extends State, F extends State, T>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sink: Sink<F, T>
): Observable<T>
export function runPipeline<
  A extends State,
  B extends State,
  C extends State,
  D extends State,
  E extends State,
  F extends State,
  G extends State,
  T
>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  sink: Sink<G, T>
): Observable<T>
export function runPipeline<
  A extends State,
  B extends State,
  C extends State,
  D extends State,
  E extends State,
  F extends State,
  G extends State,
  H extends State,
  T
>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  seventh: Operator<G, H>,
  sink: Sink<H, T>
): Observable<T>
export function runPipeline<
  A extends State,
  B extends State,
  C extends State,
  D extends State,
  E extends State,
  F extends State,
  G extends State,
  H extends State,
  I extends State,
  T
>(
  pool: Pool,
  source: Observable<Batch<A>>,
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  seventh: Operator<G, H>,
  eighth: Operator<H, I>,
  sink: Sink<I, T>
): Observable<T>
export function runPipeline(pool: Pool, source: Observable<unknown>, ...line: Line): Observable<unknown> {
  return startRun(poolState(pool), source as Observable<Batch<State>>, line)
}
