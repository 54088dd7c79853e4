import { concatWith, defer, finalize, Subject, takeUntil, throwError, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import type { State } from '../batch/state'
import { PipelineError } from '../fault/pipeline-error'
import { createFlow } from './flow'
import { enterFlow, nothingLost } from './follow-flow'
import { RESERVED_LEASES } from './keep-book'
import { oncePerRun } from './once-per-run'
import type { PipelineRun } from './pipeline-run'
import type { PoolState } from './pool-state'
import { revokeLease, wakeAll } from './release'
import { declarationOf, WHOLE_POOL } from './stage'
import { waitForLease } from './wait-for-lease'

/** Operators and at last a sink; their types are checked where they are joined. */
export type Line = ReadonlyArray<(input: never) => Observable<unknown>>

/** Each on what the one before it gives. */
export const joinLine = (line: Line, source: Observable<unknown>): Observable<unknown> =>
  line.reduce<Observable<unknown>>((input, each) => each(input as never), source)

/** A run of a source over a line. See `runPipeline`. */
export const startRun = (pool: PoolState, source: Observable<Batch<State>>, line: Line): Observable<unknown> => {
  const { copies } = declarationOf(line)
  const tooSmall = whatIsTooSmall(pool, line)
  if (tooSmall !== undefined) return throwError(() => tooSmall)
  return defer(() => {
    if (pool.run !== undefined) return throwError(() => new PipelineError({ type: 'PipelineRunning' }))
    const breach = new Subject<never>()
    const run: PipelineRun = {
      flow: createFlow('pipeline'),
      begun: new Set(),
      end: (error) => {
        breach.error(error)
      },
    }
    const entering = oncePerRun(pool, source).pipe(enterFlow(run.flow, pool), finalize(() => void watchEnd(pool, run)))
    const joined = joinLine(line, oncePerRun(pool, entering))
    // Only now: a stage that throws while it is joined must not leave the pool taken.
    pool.run = run
    pool.copies = copies
    return joined.pipe(
      concatWith(nothingLost(run.flow, () => pool)),
      takeUntil(breach),
      finalize(() => {
        endRun(pool)
      })
    )
  })
}

const whatIsTooSmall = ({ leases }: PoolState, line: Line): PipelineError | undefined => {
  const { stages, copies } = declarationOf(line)
  const most = Math.floor(leases / copies) - RESERVED_LEASES
  if (most < 1) {
    return new PipelineError({ type: 'PoolTooSmall', stage: 'fan-out', holds: copies * (RESERVED_LEASES + 1), leases })
  }
  const greedy = stages.find(({ holds }) => holds !== WHOLE_POOL && holds > most)
  if (greedy === undefined) return undefined
  return new PipelineError({ type: 'PoolTooSmall', stage: greedy.name, holds: Number(greedy.holds), leases })
}

/** Behind its source nobody waits for leases any more, and nobody would notice that they do not come back. */
const watchEnd = async (pool: PoolState, run: PipelineRun): Promise<void> => {
  try {
    while (pool.run === run && run.flow.ended && pool.out.size > 0) await waitForLease(pool)
  } catch (error) {
    if (error instanceof PipelineError) run.end(error)
  }
}

const endRun = (pool: PoolState): void => {
  pool.run = undefined
  pool.copies = 1
  for (const lease of pool.out) revokeLease(pool, lease)
  wakeAll(pool)
}
