import * as E from 'fp-ts/Either'

import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { refusal, type Refusal, type RefusalReason } from '../license/refusal'
import type { Candidate } from './candidate'
import type { ExportQuestion } from './export-question'
import { unmetDemands } from './license-checks'
import { clockForReceiver, contentVersion, listReliable, ownApplication, staleEpoch, systemRegistered } from './shared-checks'

/** One thing that a request is asked before any license is. */
export interface RequestCheck {
  readonly name: 'epoch' | 'clock' | 'individualization' | 'receiver' | 'freshness' | 'revocation' | 'registration'
  readonly refuses: (question: ExportQuestion, candidates: ReadonlyArray<Candidate>) => ReadonlyArray<LicenseRefusal>
}

const ofNobody = (refusals: ReadonlyArray<Refusal>): ReadonlyArray<LicenseRefusal> =>
  refusals.map((own) => ({ ...own, license: null }))

const granting = (candidates: ReadonlyArray<Candidate>, { action }: ExportQuestion): ReadonlyArray<HeldLicense> =>
  candidates.flatMap(({ held }) =>
    E.isRight(held) && held.right.license.document.rights.some((own) => own.action === action) ? [held.right] : []
  )

/**
 * A demand that every license with the right makes is one of the request: it is told before anything that comes after,
 * so that the owner is sent to individualize first (EX-2). Where one license does without, the others are passed over
 * when their turn comes.
 */
const demandedByAll = (
  question: ExportQuestion,
  candidates: ReadonlyArray<Candidate>,
  ...reasons: ReadonlyArray<RefusalReason>
): ReadonlyArray<LicenseRefusal> => {
  const demands = granting(candidates, question).map((held) => {
    const { issuer, lid } = held.license
    return unmetDemands(held, question)
      .filter(({ reason }) => reasons.includes(reason))
      .map((own) => ({ ...own, license: { issuer, lid } }))
  })
  return demands.length > 0 && demands.every((own) => own.length > 0) ? demands.flat() : []
}

const individualization: RequestCheck['refuses'] = (question, candidates) => {
  const own = contentVersion(question)
  return own.length > 0 ? ofNobody(own) : demandedByAll(question, candidates, 'IndividualizationRequired')
}

const receiver: RequestCheck['refuses'] = (question, candidates) => {
  const { receiver: other, system } = question
  switch (other.type) {
    case 'in-process':
      return []
    case 'unfit':
      return ofNobody([refusal(other.reason, 'EX-22', `the receiver’s certificate is not good: ${other.why}`)])
    case 'certified':
      return other.systems.includes(system)
        ? demandedByAll(question, candidates, 'ApplicationLevelTooLow')
        : ofNobody([refusal('CertificateInvalid', 'EX-22', `the receiver is not certified for the system ${system}`)])
  }
}

const freshness: RequestCheck['refuses'] = (question, candidates) => {
  const own = listReliable(question)
  return own.length > 0 ? ofNobody(own) : demandedByAll(question, candidates, 'RevocationTooOld', 'RevocationStale')
}

const revocation: RequestCheck['refuses'] = (question) => {
  const { listed } = question.revocation
  const own = ownApplication(question)
  return listed.length === 0
    ? ofNobody(own)
    : ofNobody([refusal('CertificateRevoked', 'EX-22', `the receiver’s certificate is revoked: ${listed.join(', ')}`)])
}

/**
 * What a request is asked, in this order; the first check that refuses is the answer.
 *
 * @source docs/reference/protocols.md, section 8, "Order of checks"
 */
export const REQUEST_CHECKS: ReadonlyArray<RequestCheck> = [
  { name: 'epoch', refuses: (question) => ofNobody(staleEpoch(question)) },
  { name: 'clock', refuses: (question) => ofNobody(clockForReceiver(question)) },
  { name: 'individualization', refuses: individualization },
  { name: 'receiver', refuses: receiver },
  { name: 'freshness', refuses: freshness },
  { name: 'revocation', refuses: revocation },
  { name: 'registration', refuses: (question) => ofNobody(systemRegistered(question)) },
]
