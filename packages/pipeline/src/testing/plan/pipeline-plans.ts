import fc from 'fast-check'

import type { MadeScheme } from '../media/made-scheme'
import type { MadeContainer, MadeMedia } from '../media/made-media'
import { sampleSequences } from '../media/sample-sequences'
import { disturbances, type Disturbance } from './disturbance'
import type { PipelinePlan, PlanStep } from './pipeline-plan'

type Target = PipelinePlan['target']

const OF_ASF: ReadonlyArray<MadeScheme> = ['none', 'mce', 'cocktail']
const OF_MP4: ReadonlyArray<MadeScheme> = ['none', 'cenc', 'cens', 'cbc1', 'cbcs']
const TARGETS: ReadonlyArray<Target> = ['mce', 'cocktail', 'cenc', 'cens', 'cbc1', 'cbcs']
const ASF_TARGETS: ReadonlyArray<Target> = ['mce', 'cocktail']

/** What pipelines are drawn with. */
export interface PlanLimits {
  /** What may go wrong; everything unless told. */
  readonly disturbed?: ReadonlyArray<Disturbance['type']>
  readonly sources?: ReadonlyArray<MadeScheme>
  readonly targets?: ReadonlyArray<Target>
  readonly sinks?: ReadonlyArray<PipelinePlan['sink']>
}

/**
 * Well-typed pipelines: a made file, clear or under any scheme of its container; steps that keep the protection; `protect` or
 * `transcrypt` to any scheme; further steps; a sink that has a form for that scheme. Pools are small, so that a file of some
 * kilobytes takes many batches.
 */
export const pipelinePlans = (limits: PlanLimits = {}): fc.Arbitrary<PipelinePlan> =>
  fc.constantFrom<MadeContainer>('asf', 'asf', 'asf', 'mp4', 'mp4').chain((container) =>
    fc
      .record({
        media: sampleSequences({ container }),
        source: fc.constantFrom(...chosen(container === 'asf' ? OF_ASF : OF_MP4, limits.sources)),
        packetSize: fc.constantFrom(256, 700, 1600, 3200),
        fragment: fc.integer({ min: 1, max: 8 }),
        oneKey: fc.boolean(),
        leases: fc.integer({ min: 4, max: 7 }),
        batchBytes: fc.constantFrom(300, 700, 2000, 16_000),
        disturbance: disturbances(limits.disturbed),
      })
      .chain((drawn) => withSteps({ ...drawn, container }, limits))
  )

/** What has nothing in common with the wish is left as it is. */
const chosen = <T>(all: ReadonlyArray<T>, wanted: ReadonlyArray<T> | undefined): ReadonlyArray<T> => {
  const some = all.filter((one) => wanted?.includes(one) ?? true)
  return some.length === 0 ? all : some
}

type Drawn = Omit<PipelinePlan, 'target' | 'before' | 'after' | 'sink' | 'pool'> & PipelinePlan['pool']

const withSteps = ({ leases, batchBytes, ...drawn }: Drawn, limits: PlanLimits): fc.Arbitrary<PipelinePlan> => {
  const targets = chosen(drawn.source === 'none' ? ASF_TARGETS : TARGETS, limits.targets)
  return fc.constantFrom(...targets).chain((target) =>
    fc.record({
      ...asConstants(drawn),
      target: fc.constant(target),
      before: steps(drawn.media),
      after: steps(drawn.media),
      sink: fc.constantFrom(...chosen([ASF_TARGETS.includes(target) ? 'asf' : 'cmaf', 'collect'] as const, limits.sinks)),
      pool: fc.constant({ leases, batchBytes }),
    })
  ).map(withRoom)
}

/** A sample of more than a batch has a lease of its own, of which there is one at a time: who holds one back gets no second. */
const ROOM = 64 * 1024

/** One look-ahead a pipeline, and batches that are larger than any sample then: what is held back together must fit in the pool. */
const withRoom = (plan: PipelinePlan): PipelinePlan => {
  const isHolding = ({ type }: PlanStep): boolean => type === 'HoldTwo'
  if (![...plan.before, ...plan.after].some(isHolding)) return plan
  const at = plan.before.findIndex(isHolding)
  const before = plan.before.filter((step, index) => !isHolding(step) || index === at)
  const last = at < 0 ? plan.after.findIndex(isHolding) : -1
  const after = plan.after.filter((step, index) => !isHolding(step) || index === last)
  return { ...plan, before, after, pool: { ...plan.pool, batchBytes: ROOM } }
}

const asConstants = <T extends object>(values: T): { readonly [K in keyof T]: fc.Arbitrary<T[K]> } =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.constant(value as unknown)])) as never

const steps = ({ tracks }: MadeMedia): fc.Arbitrary<ReadonlyArray<PlanStep>> => {
  const numbers = tracks.map(({ number }) => number)
  const keeping = fc.constantFrom<PlanStep>(
    { type: 'RestoreTimes' },
    { type: 'EachBatch' },
    { type: 'EachBatchLater' },
    { type: 'HoldTwo' },
    { type: 'Meter' },
    { type: 'Progress' }
  )
  const selecting = fc.subarray(numbers, { minLength: 1 }).map((streams): PlanStep => ({ type: 'SelectStreams', streams }))
  return fc.array(fc.oneof({ weight: 4, arbitrary: keeping }, { weight: 1, arbitrary: selecting }), { maxLength: 3 })
}
