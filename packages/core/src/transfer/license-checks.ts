import * as E from 'fp-ts/Either'

import { evaluateUse } from '../license/evaluate'
import type { Circumstances, Evaluation } from '../license/evaluation'
import { linksOf, type HeldLicense } from '../license/held-license'
import { judgeInclusion } from '../license/judge/judge-inclusion'
import { refusal, type Refusal, type RefusalReason } from '../license/refusal'
import { storedOf, type Candidate } from './candidate'
import type { ExportQuestion } from './export-question'
import { isReliable } from './reliable'

/** One thing that each license is asked. */
export interface LicenseCheck {
  readonly name: 'right' | 'signature' | 'demands' | 'inclusion' | 'levels' | 'conditions'
  /** Why this license does not allow the export; empty when it does as far as this check goes. */
  readonly refuses: (candidate: Candidate, question: ExportQuestion) => ReadonlyArray<Refusal>
}

type Part = 'demands' | 'levels' | 'conditions'

/** Which check a reason of the evaluation belongs to; all others are conditions. */
const PARTS: { readonly [Reason in RefusalReason]?: Part } = {
  IndividualizationRequired: 'demands',
  ApplicationLevelTooLow: 'demands',
  RevocationTooOld: 'demands',
  CopyLevelTooLow: 'levels',
  CopyExcluded: 'levels',
  OutputLevelTooLow: 'levels',
  OutputProtectionMissing: 'levels',
  OutputLevelsUnknown: 'levels',
}

/** A certified receiver stands for the application: what leaves is as safe as that is. */
const deviceFor = ({ device, receiver }: ExportQuestion): Circumstances['device'] =>
  receiver.type === 'certified' ? { ...device, applicationLevel: receiver.level } : device

/** What one license answers to the question, but for inclusion lists. */
export const evaluation = (held: HeldLicense, question: ExportQuestion): Evaluation => {
  const { action, judgedAt: now, clock, target, system } = question
  const delivery = { type: 'copy', level: target.copyLevel, target: system, forms: target.forms } as const
  return evaluateUse(held, action, { now, clock, device: deviceFor(question), delivery })
}

const partOf = (held: HeldLicense, question: ExportQuestion, part: Part): ReadonlyArray<Refusal> => {
  const verdict = evaluation(held, question)
  return verdict.type === 'Allowed'
    ? []
    : verdict.refusals.filter(({ reason }) => (PARTS[reason] ?? 'conditions') === part)
}

const ofHeld =
  (judge: (held: HeldLicense, question: ExportQuestion) => ReadonlyArray<Refusal>): LicenseCheck['refuses'] =>
  ({ held }, question) =>
    E.isRight(held) ? judge(held.right, question) : []

const right: LicenseCheck['refuses'] = (candidate, { action }) =>
  linksOf(storedOf(candidate)).every(({ license }) => license.document.rights.some((own) => own.action === action))
    ? []
    : [refusal('NoRight', 'EX-3', `the license does not grant ${action}`)]

const BELIEF_REASONS: { readonly [tag: string]: RefusalReason | undefined } = {
  LicenseIssuerUnknown: 'LicenseIssuerUnknown',
  LicenseIssuerRevoked: 'LicenseIssuerRevoked',
}

const signature: LicenseCheck['refuses'] = ({ held }) => {
  if (E.isRight(held)) return []
  const { why } = held.left
  const reason = BELIEF_REASONS[why] ?? 'LicenseSignatureInvalid'
  return [refusal(reason, 'LI-1', `the license document is not believed (${why})`)]
}

const revocationDemand = (held: HeldLicense, { revocation }: ExportQuestion): ReadonlyArray<Refusal> =>
  linksOf(held).some(({ license }) => license.document.requires?.revocation !== undefined) &&
  !isReliable(revocation.information)
    ? [refusal('RevocationStale', 'R8', `the license needs revocation information, which is ${revocation.information}`)]
    : []

/** What a license demands of device, receiver and revocation data. */
export const unmetDemands = (held: HeldLicense, question: ExportQuestion): ReadonlyArray<Refusal> => [
  ...partOf(held, question, 'demands'),
  ...revocationDemand(held, question),
]

const inclusion = (held: HeldLicense, { system }: ExportQuestion): ReadonlyArray<Refusal> => {
  const refused = judgeInclusion(held, system)
  return refused === undefined ? [] : [refused]
}

/**
 * What each license is asked, in this order; the first check that refuses speaks for it, and the next license is asked
 * (LI-34).
 *
 * @source docs/reference/protocols.md, section 8, "Order of checks"
 */
export const LICENSE_CHECKS: ReadonlyArray<LicenseCheck> = [
  { name: 'right', refuses: right },
  { name: 'signature', refuses: signature },
  { name: 'demands', refuses: ofHeld(unmetDemands) },
  { name: 'inclusion', refuses: ofHeld(inclusion) },
  { name: 'levels', refuses: ofHeld((held, question) => partOf(held, question, 'levels')) },
  { name: 'conditions', refuses: ofHeld((held, question) => partOf(held, question, 'conditions')) },
]
