import * as E from 'fp-ts/Either'

import type { CoreFault } from '../fault/core-fault'
import type { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import { satisfiesVersion, type RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { Action } from '../license/action'
import type { DeviceStatement } from '../license/evaluation'
import type { LicenseRefusal } from '../license/license-refusal'
import type { LicenseState } from '../license/license-state'
import { refusal, type Refusal } from '../license/refusal'
import { decide, type ReservedUse } from '../vault/license-decider'

/** A license of the key ID, believed or not, with what it was used for. */
export interface Candidate {
  readonly issuer: IssuerId
  readonly lid: LicenseId
  readonly accepted: E.Either<CoreFault, AcceptedLicense>
  readonly state: LicenseState
  /** Events of the license's stream that `state` comes from. */
  readonly revision: number
}

/** What an export is judged by. */
export interface ExportQuestion {
  readonly useId: string
  readonly system: SystemId
  readonly action: Action
  /** Systems that are registered here; no other is ever honoured. */
  readonly registered: ReadonlyArray<SystemId>
  /** Trusted time, microseconds since 1970. */
  readonly now: number
  readonly expires: number
  readonly device: DeviceStatement
  /** What the content itself demands of the device (IN-4). */
  readonly contentVersion?: RequiredVersion
}

/** The answer: one license and one use of it, or why none. */
export type ExportVerdict =
  | {
      readonly type: 'Allowed'
      readonly license: AcceptedLicense
      readonly revision: number
      readonly use: ReservedUse
    }
  | { readonly type: 'Refused'; readonly refusals: ReadonlyArray<LicenseRefusal> }

const inclusionRefusal = ({ document }: AcceptedLicense, system: SystemId): Refusal | undefined => {
  const inclusion = document.inclusion ?? []
  if (inclusion.length === 0) {
    return refusal('InclusionMissing', 'EX-6', 'the license has no inclusion list, so it grants no export')
  }
  return inclusion.includes(system)
    ? undefined
    : refusal('SystemNotIncluded', 'EX-5', `the license does not include the system ${system}`)
}

const judge = (
  { accepted, state }: Candidate,
  question: ExportQuestion
): E.Either<ReadonlyArray<Refusal>, { readonly license: AcceptedLicense; readonly use: ReservedUse }> => {
  if (E.isLeft(accepted)) {
    const text = `the license document is not believed (${accepted.left.type})`
    return E.left([refusal('LicenseSignatureInvalid', 'LI-1', text)])
  }
  const license = accepted.right
  const { action, system } = question
  if (!license.document.rights.some((right) => right.action === action)) {
    return E.left([refusal('NoRight', 'EX-3', `the license does not grant ${action}`)])
  }
  const excluded = inclusionRefusal(license, system)
  if (excluded !== undefined) return E.left([excluded])
  const use = decide(state, { ...question, license })
  return E.isLeft(use) ? use : E.right({ license, use: use.right })
}

const refused = (own: Refusal): ExportVerdict => ({ type: 'Refused', refusals: [{ ...own, license: null }] })

/**
 * Finds the first license that allows an export, in the order of the candidates (LI-16). Checked are the version that the
 * content demands (IN-4), registration (EX-23), then for each license signature, right (EX-3), inclusion list (EX-5,
 * EX-6), and all that its document demands; then windows and counts. Clock, receiver's certificate and revocation come in
 * with receivers.
 */
export const judgeExport = (candidates: ReadonlyArray<Candidate>, question: ExportQuestion): ExportVerdict => {
  const { system, registered, device, contentVersion } = question
  if (contentVersion !== undefined && !satisfiesVersion(device.securityVersion, contentVersion)) {
    const has = `installed is ${device.securityVersion}; individualize`
    return refused(refusal('IndividualizationRequired', 'IN-3', `the content needs security version ${contentVersion}.0.1, ${has}`))
  }
  if (!registered.includes(system)) {
    return refused(refusal('SystemUnregistered', 'EX-23', `the system ${system} is not registered`))
  }
  if (candidates.length === 0) {
    return refused(refusal('NoLicense', 'EX-3', 'there is no license for this content'))
  }
  const refusals: LicenseRefusal[] = []
  for (const candidate of candidates) {
    const verdict = judge(candidate, question)
    if (E.isRight(verdict)) return { type: 'Allowed', revision: candidate.revision, ...verdict.right }
    const { issuer, lid } = candidate
    refusals.push(...verdict.left.map((own) => ({ ...own, license: { issuer, lid } })))
  }
  return { type: 'Refused', refusals }
}
