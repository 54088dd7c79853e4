import type { PlanOutcome } from '../plan/run-plan'
import type { PlanBench } from '../run/plan-bench'
import type { LawName } from './law-broken'
import { clearNowhere } from './clear-nowhere'
import { countersOnce } from './counters-once'
import { faultsRefuse } from './faults-refuse'
import { leasesReturn } from './leases-return'
import { samplesKept } from './samples-kept'
import { samplesSame } from './samples-same'

/** What a run showed that a law forbids, in words; nothing when the law holds. */
export type OutcomeLaw = (outcome: PlanOutcome, bench: PlanBench) => Promise<string | undefined> | string | undefined

/** The laws that a single run can break. */
export const OUTCOME_LAWS: Readonly<Record<Exclude<LawName, 'P3'>, OutcomeLaw>> = {
  P1: clearNowhere,
  P2: samplesSame,
  P4: samplesKept,
  P5: countersOnce,
  P6: faultsRefuse,
  P7: leasesReturn,
}
