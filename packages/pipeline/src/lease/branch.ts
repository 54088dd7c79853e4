import type { State } from '../batch/state'
import type { Operator, Sink } from './operator'
import { declarationOf, declare } from './stage'
import { joinLine, type Line } from './start-run'

/**
 * Joins operators and the sink behind them into one sink, for a branch of `fanOut`. What its parts need of the pool is asked
 * when the run begins, as if they stood in `runPipeline` themselves.
 *
 * ```
 * in:   --a--b--c|      batches
 * out:  ---1--2--3F|    what the sink tells
 * ```
 *
 * Keeps what its parts keep, and has their errors.
 *
 * @example
 * const package$ = branch(transcrypt(grant, target), restoreTimes, mux(files))
 */
export function branch<A extends State, B extends State, T>(first: Operator<A, B>, sink: Sink<B, T>): Sink<A, T>
export function branch<A extends State, B extends State, C extends State, T>(
  first: Operator<A, B>,
  second: Operator<B, C>,
  sink: Sink<C, T>
): Sink<A, T>
export function branch<A extends State, B extends State, C extends State, D extends State, T>(
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  sink: Sink<D, T>
): Sink<A, T>
export function branch<A extends State, B extends State, C extends State, D extends State, E extends State, T>(
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  sink: Sink<E, T>
): Sink<A, T>
export function branch<A extends State, B extends State, C extends State, D extends State, E extends State, F extends State, T>(
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sink: Sink<F, T>
): Sink<A, T>
export function branch<
  A extends State,
  B extends State,
  C extends State,
  D extends State,
  E extends State,
  F extends State,
  G extends State,
  T
>(
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  sink: Sink<G, T>
): Sink<A, T>
export function branch<
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
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  seventh: Operator<G, H>,
  sink: Sink<H, T>
): Sink<A, T>
export function branch<
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
  first: Operator<A, B>,
  second: Operator<B, C>,
  third: Operator<C, D>,
  fourth: Operator<D, E>,
  fifth: Operator<E, F>,
  sixth: Operator<F, G>,
  seventh: Operator<G, H>,
  eighth: Operator<H, I>,
  sink: Sink<I, T>
): Sink<A, T>
export function branch(...line: Line): Sink<State, unknown> {
  const joined: Sink<State, unknown> = (source) => joinLine(line, source)
  declare(joined, declarationOf(line))
  return joined
}
