import { EMPTY, lastValueFrom, type Observable, type Subscription } from 'rxjs'

import type { State } from '../../batch/state'
import { createPool } from '../../lease/pool'
import type { Pool } from '../../lease/pool-handle'
import { poolState } from '../../lease/pool-state'
import { runPipeline } from '../../lease/run-pipeline'
import { eachBatch } from '../../lease/stage'
import { openMedia, type MediaFile } from '../../media/media-file'
import { demuxClear, demuxContent } from '../../operators/demux'
import { canaryIndex, type CanaryIndex } from '../canary/canary-index'
import type { KeepingSink } from '../run/keeping-sink'
import { must } from '../run/must'
import type { BenchKey, PlanBench } from '../run/plan-bench'
import { noSightings, watch, type Sightings } from '../run/watch'
import { expectedSamples, sourceSecrets, targetSecrets, type ExpectedSample } from './expected-samples'
import type { PipelinePlan } from './pipeline-plan'
import { planProtection, SHORT_RIGHT, type PlanProtection } from './plan-protection'
import { planSink } from './plan-sink'
import { planSource } from './plan-source'
import { operatorOf, type AnyOperator } from './plan-steps'

/** What became of a run. */
export interface PlanOutcome {
  readonly plan: PipelinePlan
  readonly expected: ReadonlyArray<ExpectedSample>
  /** What the target enciphers of the samples, raw. */
  readonly secrets: CanaryIndex
  readonly ended: 'completed' | 'failed' | 'cancelled'
  readonly error: unknown
  readonly events: ReadonlyArray<unknown>
  readonly sightings: Sightings
  readonly files: ReadonlyMap<number, KeepingSink>
  readonly source: BenchKey
  /** By track. */
  readonly keys: ReadonlyMap<number, BenchKey>
  readonly pool: { readonly leases: number; readonly out: number; readonly dirtyBytes: number }
  /** The operator that is tried. */
  readonly subject: Subject | undefined
}

/** An operator of a user, and what it says of itself. */
export interface Subject {
  readonly operator: AnyOperator
  /** Selecting operators may drop samples. */
  readonly kind: 'preserving' | 'selecting'
}

/** The place behind which samples are under the target. */
export const PROTECTED = 'protected'
/** The place in front of the sink. */
export const LEAVING = 'leaving'
/** The places around the operator that is tried. */
export const SUBJECT = ['before the subject', 'behind the subject'] as const

/** Milliseconds; small files on a busy machine take less. */
const STALL_AFTER = 8000

const raw = (secrets: ReadonlyArray<Uint8Array>): ReturnType<typeof canaryIndex> => canaryIndex(secrets, { spellings: 'raw' })

/**
 * Runs a plan in a home and looks at everything that it shows.
 *
 * @param subject is put behind the step that protects.
 */
export const runPlan = async (bench: PlanBench, plan: PipelinePlan, subject?: Subject): Promise<PlanOutcome> => {
  const sightings = noSightings()
  const pool = createPool({ ...plan.pool, stallAfter: STALL_AFTER })
  const source = bench.freshKey(plan.source === 'cocktail')
  const expected = expectedSamples(plan)
  const secrets = raw(targetSecrets(expected))
  const run: Run = { bench, plan, pool, sightings, secrets, subject }
  const bytes = await planSource(bench, plan, source)
  const opened = await openMedia(bytes)()
  const ended = opened._tag === 'Left' ? notBegun(opened.left) : await runFile(run, opened.right, source)
  const { out, idle, leases } = poolState(pool)
  const dirtyBytes = idle.reduce((sum, memory) => sum + new Uint8Array(memory).filter((byte) => byte !== 0).length, 0)
  return { plan, expected, secrets, sightings, source, subject, ...ended, pool: { leases, out: out.size, dirtyBytes } }
}

type Ended = Pick<PlanOutcome, 'ended' | 'error' | 'events' | 'files' | 'keys'>

const notBegun = (error: unknown): Ended => ({ ended: 'failed', error, events: [], files: new Map(), keys: new Map() })

interface Run {
  readonly bench: PlanBench
  readonly plan: PipelinePlan
  readonly pool: Pool
  readonly sightings: Sightings
  readonly secrets: CanaryIndex
  readonly subject: Subject | undefined
}

const runFile = async (run: Run, file: MediaFile, source: BenchKey): Promise<Ended> => {
  const { bench, plan, pool } = run
  const protection = await planProtection(bench, plan, file, source)
  if (plan.disturbance.type === 'GrantUsed') await lastValueFrom(protection.operator(EMPTY), { defaultValue: undefined })
  const sink = planSink(plan, file, protection)
  const scheme = plan.source === 'cocktail' ? 'cocktail' : 'mce'
  const demuxed: Observable<unknown> = plan.source === 'none' ? demuxClear(file, pool) : demuxContent(file, pool, { scheme })
  const listening = createListening(run)
  const stages = [...stagesOf(run, protection, listening.onLeaving), sink.operator as unknown as AnyOperator]
  const joined = (runPipeline as unknown as Joined)(pool, demuxed, ...stages)
  const { ended, error, events } = await listening.end(joined)
  for (const own of sink.files.values()) {
    await own.settled()
    if (ended === 'completed') await must(own.commit())
  }
  await atRest(pool)
  return { ended, error, events, files: sink.files, keys: protection.keys }
}

/** Turns of the event loop within which what was under way at a cancellation is over. */
const TURNS = 40

/** Transfers that were under way give their memory back when they end. */
const atRest = async (pool: Pool): Promise<void> => {
  for (let turn = 0; turn < TURNS && poolState(pool).out.size > 0; turn += 1) await new Promise(setImmediate)
}

type Joined = (pool: Pool, source: Observable<unknown>, ...stages: ReadonlyArray<AnyOperator>) => Observable<unknown>

const stagesOf = (run: Run, { operator }: PlanProtection, onLeaving: (batch: number) => void): ReadonlyArray<AnyOperator> => {
  const { plan, pool, sightings, secrets, subject } = run
  const state = poolState(pool)
  const sourceIndex = plan.source === 'none' ? undefined : raw(sourceSecrets(plan))
  const look = (place: string, isProtected: boolean, onBatch?: (batch: number) => void): AnyOperator =>
    watch({ sightings, pool: state, place, secrets: isProtected ? secrets : sourceIndex, ...(onBatch && { onBatch }) })
  const watched = (steps: ReadonlyArray<AnyOperator>, isProtected: boolean): ReadonlyArray<AnyOperator> =>
    steps.flatMap((step, index) => [step, look(`${isProtected ? 'after' : 'before'} ${String(index)}`, isProtected)])
  return [
    look('source', false),
    ...watched(plan.before.map(operatorOf), false),
    operator,
    look(PROTECTED, true),
    ...(subject === undefined ? [] : [look(SUBJECT[0], true), subject.operator, look(SUBJECT[1], true)]),
    ...watched(plan.after.map(operatorOf), true),
    ...(plan.disturbance.type === 'StepThrows' ? [throwing(plan.disturbance.at)] : []),
    look(LEAVING, true, onLeaving),
  ]
}

/** What a step of the plan throws. */
export class PlannedThrow extends Error {
  constructor() {
    super('a step threw, as planned')
    this.name = 'PlannedThrow'
  }
}

const throwing = (at: number): AnyOperator => {
  let batch = 0
  return eachBatch<State>('throwing', (own) => {
    batch += 1
    if (batch - 1 === at) throw new PlannedThrow()
    return own
  })
}

interface Listening {
  readonly onLeaving: (batch: number) => void
  readonly end: (joined: Observable<unknown>) => Promise<Pick<Ended, 'ended' | 'error' | 'events'>>
}

const createListening = ({ bench, plan: { disturbance } }: Run): Listening => {
  let cancel: () => void = () => undefined
  return {
    onLeaving: (batch) => {
      // Later, so that the sink is at work on the batch by then.
      if (disturbance.type === 'Unsubscribed' && batch === disturbance.at) setImmediate(() => cancel())
      if (disturbance.type === 'RightEnds' && batch === disturbance.at) bench.place.advance(2 * SHORT_RIGHT)
    },
    end: (joined) =>
      new Promise((resolve) => {
        const events: unknown[] = []
        const subscription: Subscription = joined.subscribe({
          next: (event) => events.push(event),
          error: (error: unknown) => {
            resolve({ ended: 'failed', error, events })
          },
          complete: () => {
            resolve({ ended: 'completed', error: undefined, events })
          },
        })
        cancel = () => {
          if (subscription.closed) return
          subscription.unsubscribe()
          resolve({ ended: 'cancelled', error: undefined, events })
        }
      }),
  }
}
