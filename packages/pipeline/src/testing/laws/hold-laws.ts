import fc from 'fast-check'

import { pipelinePlans, type PlanLimits } from '../plan/pipeline-plans'
import { planText, type PipelinePlan } from '../plan/pipeline-plan'
import { runPlan, type Subject } from '../plan/run-plan'
import { openBench, type PlanBench } from '../run/plan-bench'
import { errorText } from './faults-refuse'
import { LawBroken, type LawName } from './law-broken'
import { OUTCOME_LAWS } from './outcome-laws'

/** How a law is tried. */
export interface LawSettings extends PlanLimits {
  /** Random pipelines; 100 unless told. */
  readonly runs?: number
  /** To have a counterexample again. */
  readonly seed?: number
}

const RUNS = 100
/** Runs in one home: its log is read again and again. */
const RUNS_OF_A_HOME = 60

/** The laws that runs are judged by. */
export type RunLaw = Exclude<LawName, 'P3'>

/**
 * Runs random pipelines and judges each by the laws.
 *
 * @param subject an operator that stands in each of them, behind the step that protects.
 * @errors Rejects with `LawBroken`, which names the law, the case and the seed.
 */
export const holdLaws = async (
  laws: ReadonlyArray<RunLaw>,
  { runs = RUNS, seed, ...limits }: LawSettings = {},
  subject?: Subject
): Promise<void> => {
  const benches = createBenches()
  try {
    const property = fc.asyncProperty(pipelinePlans(limits), async (plan) => {
      await requireLaws(laws, await benches.next(), plan, subject)
    })
    const details = await fc.check(property, { numRuns: runs, endOnFailure: true, ...(seed !== undefined && { seed }) })
    if (!details.failed) return
    const { errorInstance: broken } = details
    const again = `seed ${String(details.seed)}, run ${String(details.numRuns)}`
    if (broken instanceof LawBroken) throw new LawBroken(broken.law, broken.why, `${broken.counterexample}\n  ${again}`)
    throw new Error(`a run could not be judged (${again})`, { cause: broken })
  } finally {
    benches.remove()
  }
}

/** Laws that say nothing of a run that ended early by itself. */
const OF_SAMPLES: ReadonlySet<RunLaw> = new Set(['P2', 'P4', 'P6'])

const requireLaws = async (
  laws: ReadonlyArray<RunLaw>,
  bench: PlanBench,
  plan: PipelinePlan,
  subject: Subject | undefined
): Promise<void> => {
  const outcome = await runPlan(bench, plan, subject)
  // Said first: whatever else such a run lacks follows from it.
  if (outcome.ended === 'failed' && plan.disturbance.type === 'Nothing' && laws.some((law) => OF_SAMPLES.has(law))) {
    throw new LawBroken('P6', `the run ended with ${errorText(outcome.error)}`, planText(plan))
  }
  for (const law of laws) {
    const why = await OUTCOME_LAWS[law](outcome, bench)
    if (why !== undefined) throw new LawBroken(law, why, planText(plan))
  }
}

const createBenches = (): { readonly next: () => Promise<PlanBench>; readonly remove: () => void } => {
  let bench: PlanBench | undefined
  let runs = 0
  return {
    next: async () => {
      if (bench === undefined || runs % RUNS_OF_A_HOME === 0) {
        bench?.remove()
        bench = await openBench()
      }
      runs += 1
      return bench
    },
    remove: () => bench?.remove(),
  }
}
