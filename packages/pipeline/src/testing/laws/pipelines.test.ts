import fc from 'fast-check'

import { runs } from '../../../../../test/gate/runs'
import { DISTURBANCES, type Disturbance } from '../plan/disturbance'
import { pipelinePlans } from '../plan/pipeline-plans'
import { runPlan } from '../plan/run-plan'
import { openBench } from '../run/plan-bench'
import { holdLaws } from './hold-laws'

const EVERYDAY = 500
const MINUTES = 60_000
/** A run takes some 0.1 s; with room for a busy machine. */
const MINUTES_OF_PIPELINES = 4

describe('random pipelines, disturbed or not', () => {
  it('keep P1, P2, P4, P5, P6 and P7 (R1, R16, R18: no fault at any point leaves clear or wrongly keyed samples, or a lease)', async () => {
    await holdLaws(['P1', 'P4', 'P2', 'P5', 'P6', 'P7'], { runs: runs(EVERYDAY) })
  }, Math.max(MINUTES, runs(MINUTES_OF_PIPELINES * MINUTES)))

  it('are of all kinds, so that their laws say something', async () => {
    const bench = await openBench()
    try {
      const ends = new Set<string>()
      const pairs = new Set<string>()
      const kinds = new Set<Disturbance['type']>()
      let batches = 0
      let held = 0
      // Of one seed: it is the generator that is asked here, and chance could leave a kind out.
      for (const plan of fc.sample(pipelinePlans(), { numRuns: 120, seed: 5 })) {
        const { ended, sightings } = await runPlan(bench, plan)
        ends.add(`${plan.disturbance.type} ${ended}`)
        kinds.add(plan.disturbance.type)
        pairs.add(`${plan.source} ${plan.target}`)
        batches += sightings.watched[0]?.batches.length ?? 0
        held = Math.max(held, sightings.mostOut)
      }
      expect(kinds.size).toBeGreaterThanOrEqual(DISTURBANCES.length - 2)
      expect(pairs.size).toBeGreaterThan(20)
      expect(batches).toBeGreaterThan(120)
      expect(held).toBeGreaterThanOrEqual(4)
      const wanted = ['Nothing completed', 'Unsubscribed cancelled', 'SinkFails failed', 'StepThrows failed', 'SlowSink completed']
      for (const kind of wanted) {
        expect([...ends]).toContain(kind)
      }
    } finally {
      bench.remove()
    }
  }, MINUTES)
})
