import type { PreservingOperator } from './operator'
import { stage, type Holds } from './stage'

/**
 * Makes a stage of an operator that is generic in the state of its batches, and so cannot change it. Operators of RxJS are used
 * inside a stage, never between two: the stage keeps the accounts of what they hold.
 *
 * ```
 * in:   --a--b--c|
 * out:  ---a--b--c|     the same batches, each once, in their order
 * ```
 *
 * Keeps what the operator keeps; count and order of batches it must keep.
 *
 * @param holds the most batches that are inside at one time, or `whole-pool` for an operator that answers later.
 * @errors `PoolTooSmall`, `HeldTooMany`, `ForeignEmission`, `OutOfOrder`, `BatchShared`; `LeaseLost` instead of completion.
 * @example
 * const slowly = preservingStage('slowly', { holds: 'whole-pool' }, (source) => source.pipe(concatMap((batch) => later(batch))))
 */
export const preservingStage = (
  name: string,
  { holds }: { readonly holds: Holds },
  operator: PreservingOperator
): PreservingOperator => stage(name, { holds }, operator)
