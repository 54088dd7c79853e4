import * as E from 'fp-ts/Either'

import type { HeldLicense } from '../license/held-license'
import type { Take } from '../license/evaluation'
import type { LicenseRefusal } from '../license/license-refusal'
import { refusal } from '../license/refusal'
import type { Candidate } from './candidate'
import type { ExportQuestion } from './export-question'
import { evaluation, LICENSE_CHECKS, type LicenseCheck } from './license-checks'
import { REQUEST_CHECKS, type RequestCheck } from './request-checks'

/** The answer: one license and the use that is taken from each of its links, or why none. */
export type ExportVerdict =
  | {
      readonly type: 'Allowed'
      readonly held: HeldLicense
      readonly takes: ReadonlyArray<Take>
      /** Last moment of the right, microseconds since 1970; `null` without an end. */
      readonly until: number | null
    }
  | { readonly type: 'Refused'; readonly refusals: ReadonlyArray<LicenseRefusal> }

/** The checks of a judgement, in order. */
export interface ExportChecks {
  readonly request: ReadonlyArray<RequestCheck>
  readonly license: ReadonlyArray<LicenseCheck>
}

const ALL_CHECKS: ExportChecks = { request: REQUEST_CHECKS, license: LICENSE_CHECKS }

const refused = (refusals: ReadonlyArray<LicenseRefusal>): ExportVerdict => ({ type: 'Refused', refusals })

const firstRefusals = <A>(
  checks: ReadonlyArray<A>,
  ask: (check: A) => ReadonlyArray<LicenseRefusal>
): ReadonlyArray<LicenseRefusal> => {
  for (const check of checks) {
    const refusals = ask(check)
    if (refusals.length > 0) return refusals
  }
  return []
}

const allowed = (held: HeldLicense, question: ExportQuestion): ExportVerdict => {
  const verdict = evaluation(held, question)
  // With every check in its place nothing is left that the evaluation could refuse.
  const { takes, until } = verdict.type === 'Allowed' ? verdict : { takes: [], until: null }
  return { type: 'Allowed', held, takes, until }
}

/**
 * Decides an export: what the request is asked first, then each license in the order of the candidates (LI-16), and the
 * first license that passes is the one that is used. Pure, so that a recorded question gives the recorded answer.
 *
 * @param checks all of them; a test leaves one out to show what it keeps away.
 */
export const judgeExport = (
  candidates: ReadonlyArray<Candidate>,
  question: ExportQuestion,
  checks: ExportChecks = ALL_CHECKS
): ExportVerdict => {
  const unfit = firstRefusals(checks.request, ({ refuses }) => refuses(question, candidates))
  if (unfit.length > 0) return refused(unfit)
  if (candidates.length === 0) {
    return refused([{ ...refusal('NoLicense', 'EX-3', 'there is no license for this content'), license: null }])
  }
  const refusals: LicenseRefusal[] = []
  for (const candidate of candidates) {
    const { issuer, lid, held } = candidate
    const own = firstRefusals(checks.license, ({ refuses }) =>
      refuses(candidate, question).map((reason) => ({ ...reason, license: { issuer, lid } }))
    )
    if (own.length > 0) refusals.push(...own)
    else if (E.isRight(held)) return allowed(held.right, question)
  }
  return refused(refusals)
}
