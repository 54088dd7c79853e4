import type { PreservingOperator } from '../../lease/operator'
import type { AnyOperator } from '../plan/plan-steps'
import type { Subject } from '../plan/run-plan'
import { holdLaws, type LawSettings, type RunLaw } from './hold-laws'

/** How an operator is tried. */
export interface OperatorLawSettings extends LawSettings {
  /** `selecting` for one that may drop samples; `preserving` unless told. */
  readonly kind?: Subject['kind']
}

/** A law, tried on an operator of yours in random pipelines; without one, on those pipelines themselves. */
export type OperatorLaw = (operator?: PreservingOperator, settings?: OperatorLawSettings) => Promise<void>

const lawful =
  (...laws: ReadonlyArray<RunLaw>): OperatorLaw =>
  (operator, { kind = 'preserving', ...settings } = {}) =>
    holdLaws(laws, settings, operator && { operator: operator as unknown as AnyOperator, kind })

/**
 * Law P1: nothing that a scheme protects appears clear: in the memory of batches, in events, errors, files, the log. Secrets are
 * planted in all samples and keys; what counts as clear is told from how the samples were made.
 *
 * @errors Rejects with `LawBroken`.
 */
export const lawP1NothingClear = lawful('P1')

/** Law P2: what is written opens, by a cipher of the law's own, to the samples that went in. @errors `LawBroken`. */
export const lawP2SameSamples = lawful('P2')

/** Law P4: a preserving operator keeps samples, order and bytes; a selecting one order and bytes. @errors `LawBroken`. */
export const lawP4KeepsSamples = lawful('P4')

/** Law P5: no counter block is used twice under a key, over all runs of a home. @errors `LawBroken`. */
export const lawP5CountersOnce = lawful('P5')

/**
 * Law P6: whatever goes wrong, the run ends in a refusal or an incomplete output, with nothing clear or wrongly keyed.
 *
 * @errors `LawBroken`.
 */
export const lawP6FaultsRefuse = lawful('P6')

/** Law P7: leases stay within the pool, and all come back wiped, however the run ends. @errors `LawBroken`. */
export const lawP7LeasesReturn = lawful('P7')

/**
 * All laws that a run can break, in one pass over the same pipelines.
 *
 * @example
 * it('obeys the laws', () => obeysLaws(shiftTime(5)))
 */
export const obeysLaws = lawful('P1', 'P4', 'P2', 'P5', 'P6', 'P7')
