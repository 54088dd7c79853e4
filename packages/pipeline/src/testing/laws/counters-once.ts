import { PROTECTED, type PlanOutcome } from '../plan/run-plan'
import type { PlanBench } from '../run/plan-bench'

/** Law P5, over all runs of a home. */
export const countersOnce = ({ sightings: { watched } }: PlanOutcome, { ledger }: PlanBench): string | undefined => {
  for (const { place, batches } of watched) {
    if (place !== PROTECTED) continue
    for (const row of batches.flat()) {
      const used = ledger.note(row.keyId ?? '', row)
      if (used !== undefined) return `${used} was used before`
    }
  }
  return undefined
}
