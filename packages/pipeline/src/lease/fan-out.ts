import { concatMap, concatWith, defer, filter, finalize, first, ignoreElements, map, merge, takeUntil, tap, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { nothingLost } from './follow-flow'
import { createGate, createGateway, split, type Gate, type Gateway } from './gate'
import type { Sink } from './operator'
import { declarationOf, declare } from './stage'

/** What one sink of several has told. */
export interface BranchValue<T> {
  /** Which one, from 0. */
  readonly branch: number
  readonly value: T
}

/**
 * Gives every batch to several sinks in one pass over the source. Operators rewrite batches in place, so each branch after the
 * first gets a copy, in a lease of its own, in the state that the batch is in: protect behind the fan-out, not before it.
 *
 * The copies are set aside before the source gets a lease: with n branches it has only an n-th part of them, and waits until all
 * copies of one are back. So the slowest branch sets the pace, and nobody waits for ever. A pool needs three leases a branch.
 *
 * ```
 * in:        --a-----b-----|
 * branch 0:  ---1-----2----|
 * branch 1:  -----x-----y---|
 * out:       ---1-x---2-y---|      each with the number of its branch
 * ```
 *
 * Keeps what its branches keep: it changes nothing itself. An error in one branch ends all of them; what they have written by then
 * is incomplete.
 *
 * @errors `PoolTooSmall` at once for a pool with too few leases; `LeaseLost` and `EndedEarly` with the name of the branch;
 * `PipelineRunning` for a branch that subscribes its input twice; those of the branches.
 * @example
 * runPipeline(pool, source, fanOut([
 *   branch(transcrypt(first, toCenc), mux(files)),
 *   branch(transcrypt(second, toMce), mux(file)),
 * ]))
 */
export const fanOut = <S extends State, T extends ReadonlyArray<unknown>>(
  branches: ReadonlyArray<Sink<S, unknown>> & { readonly [Index in keyof T]: Sink<S, T[Index]> }
): Sink<S, BranchValue<T[number]>> => {
  const sinks: ReadonlyArray<Sink<S, T[number]>> = branches
  const fanned: Sink<S, BranchValue<T[number]>> = (source) =>
    defer(() => {
      const gateway = createGateway(sinks.length)
      const lanes = sinks.map((sink, index) => ({ sink, branch: index, gate: createGate<S>(`branch ${String(index)}`, gateway) }))
      const feeding = feed(source, gateway, lanes.map(({ gate }) => gate))
      return merge(...lanes.map(drive), feeding).pipe(takeUntil(gateway.breach))
    })
  const needs = sinks.map((sink) => declarationOf([sink]))
  declare(fanned, {
    stages: needs.flatMap(({ stages }) => stages),
    copies: Math.max(1, needs.reduce((sum, { copies }) => sum + copies, 0)),
  })
  return fanned
}

/** A sink behind its gate. */
interface Lane<S extends State, T> {
  readonly sink: Sink<S, T>
  readonly branch: number
  readonly gate: Gate<S>
}

const drive = <S extends State, T>({ sink, branch, gate }: Lane<S, T>): Observable<BranchValue<T>> =>
  defer(() => sink(gate.input)).pipe(
    concatWith(nothingLost(gate.flow, () => gate.pool)),
    finalize(() => {
      gate.close()
    }),
    map((value) => ({ branch, value }))
  )

/** Begins when every branch listens, and ends when none does any more. */
const feed = <S extends State>(source: Observable<Batch<S>>, gateway: Gateway, gates: ReadonlyArray<Gate<S>>): Observable<never> =>
  gateway.waitedFor.pipe(
    first((count) => count === 0),
    concatMap(() => source),
    tap({
      next: (batch) => {
        split(batch, gates, gateway)
      },
      error: (error: unknown) => {
        for (const { door } of gates) door.error(error)
      },
      complete: () => {
        for (const { door, flow } of gates) {
          flow.ended = true
          door.complete()
        }
      },
    }),
    takeUntil(gateway.open.pipe(filter((open) => open === 0))),
    ignoreElements()
  )
