import * as E from 'fp-ts/Either'

import { evaluateUse } from './evaluate'
import type { Allowed, Circumstances, Evaluation } from './evaluation'
import type { HeldLicense } from './held-license'
import type { LicenseRefusal } from './license-refusal'
import { byPriority } from './used-first'

/** The license that a use is taken from. */
export interface ChosenLicense {
  readonly held: HeldLicense
  readonly evaluation: Allowed
}

/** How one license is asked. */
export type Judge = (held: HeldLicense, action: string, circumstances: Circumstances) => Evaluation

/**
 * Finds the license that a use is taken from: the first by priority that allows the action (LI-16, LI-17), whatever the
 * order of the list. Where the levels of one do not fit, the next is asked (LI-34). Left: the reasons of all, in that order.
 *
 * @param judge `evaluateUse`, unless the question is a hint only.
 */
export const chooseLicense = (
  licenses: ReadonlyArray<HeldLicense>,
  action: string,
  circumstances: Circumstances,
  judge: Judge = evaluateUse
): E.Either<ReadonlyArray<LicenseRefusal>, ChosenLicense> => {
  const refusals: LicenseRefusal[] = []
  for (const held of [...licenses].sort(byPriority)) {
    const evaluation = judge(held, action, circumstances)
    if (evaluation.type === 'Allowed') return E.right({ held, evaluation })
    const { issuer, lid } = held.license
    refusals.push(...evaluation.refusals.map((own) => ({ ...own, license: { issuer, lid } })))
  }
  return E.left(refusals)
}
