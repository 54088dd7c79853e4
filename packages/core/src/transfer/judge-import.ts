import * as E from 'fp-ts/Either'

import { satisfiesVersion } from '../identity/security-version'
import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { refusal, type Refusal } from '../license/refusal'
import type { Candidate } from './candidate'
import type { ImportQuestion } from './import-question'
import { clockForReceiver, contentVersion, listReliable, ownApplication, staleEpoch, systemRegistered } from './shared-checks'

/** One thing that a request to import is asked. */
export interface ImportCheck {
  readonly name:
    | 'epoch'
    | 'clock'
    | 'individualization'
    | 'certificates'
    | 'revocation'
    | 'freshness'
    | 'registration'
    | 'license'
  readonly refuses: (question: ImportQuestion, license: Candidate | undefined) => ReadonlyArray<Refusal>
}

/** The answer: the license that the content goes under, or why not. */
export type ImportVerdict =
  | { readonly type: 'Allowed'; readonly held: HeldLicense }
  | { readonly type: 'Refused'; readonly refusals: ReadonlyArray<LicenseRefusal> }

const individualization: ImportCheck['refuses'] = (question, license) => {
  const own = contentVersion(question)
  if (own.length > 0 || license === undefined || E.isLeft(license.held)) return own
  const least = license.held.right.license.document.requires?.security
  const { securityVersion } = question.device
  return least === undefined || satisfiesVersion(securityVersion, least)
    ? []
    : [
        refusal(
          'IndividualizationRequired',
          'IN-34',
          `the license needs security version ${least}.0.1, installed is ${securityVersion}; individualize`
        ),
      ]
}

const certificates: ImportCheck['refuses'] = ({ receiver, system }) => {
  switch (receiver.type) {
    case 'in-process':
      return []
    case 'unfit':
      return [refusal(receiver.reason, 'IM-3', `the collection of certificates is not good: ${receiver.why}`)]
    case 'certified':
      return receiver.systems.includes(system)
        ? []
        : [refusal('CertificateInvalid', 'IM-3', `the certificates are not for the system ${system}`)]
  }
}

const revocation: ImportCheck['refuses'] = (question) => {
  const { listed } = question.revocation
  return listed.length === 0
    ? ownApplication(question)
    : [refusal('CertificateRevoked', 'IM-4', `certificates are revoked: ${listed.join(', ')}`)]
}

const license: ImportCheck['refuses'] = ({ own, lid }, candidate) => {
  if (candidate === undefined) return [refusal('NoLicense', 'IM-7', `the license ${lid} is not in the vault`)]
  if (candidate.issuer !== own) return [refusal('LicenseIssuerUnknown', 'IM-6', 'the license is not one of this home’s own')]
  if (E.isLeft(candidate.held)) {
    return [refusal('LicenseSignatureInvalid', 'LI-1', `the license document is not believed (${candidate.held.left.why})`)]
  }
  const { standing } = candidate.held.right.state
  return standing === 'held' ? [] : [refusal('NoLicense', 'IM-7', `the license is ${standing}`)]
}

/**
 * What an import is asked, in this order; the first check that refuses is the answer.
 *
 * @source docs/reference/protocols.md, section 8, "Import", and "Order of checks" for what both directions share
 */
export const IMPORT_CHECKS: ReadonlyArray<ImportCheck> = [
  { name: 'epoch', refuses: staleEpoch },
  { name: 'clock', refuses: clockForReceiver },
  { name: 'individualization', refuses: individualization },
  { name: 'certificates', refuses: certificates },
  { name: 'revocation', refuses: revocation },
  { name: 'freshness', refuses: listReliable },
  { name: 'registration', refuses: systemRegistered },
  { name: 'license', refuses: license },
]

/** Decides an import. Pure, so that a recorded question gives the recorded answer. */
export const judgeImport = (
  candidate: Candidate | undefined,
  question: ImportQuestion,
  checks: ReadonlyArray<ImportCheck> = IMPORT_CHECKS
): ImportVerdict => {
  const named = candidate === undefined ? null : { issuer: candidate.issuer, lid: candidate.lid }
  for (const { name, refuses } of checks) {
    const refusals = refuses(question, candidate)
    if (refusals.length === 0) continue
    const asked = name === 'license' || name === 'individualization' ? named : null
    return { type: 'Refused', refusals: refusals.map((own) => ({ ...own, license: asked })) }
  }
  return candidate !== undefined && E.isRight(candidate.held)
    ? { type: 'Allowed', held: candidate.held.right }
    : { type: 'Refused', refusals: [] }
}
