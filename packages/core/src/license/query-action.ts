import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import { satisfiesVersion, type RequiredVersion } from '../identity/security-version'
import { chooseLicense } from './choose-license'
import { evaluate } from './evaluate'
import type { Allowed, Circumstances } from './evaluation'
import type { HeldLicense } from './held-license'
import type { LicenseRefusal } from './license-refusal'
import { queryEnvironment } from './query-environment'
import { queryResult, refusal, type Refusal } from './refusal'

/** What a query is asked under. */
export interface QueryCircumstances extends Circumstances {
  /** What the content itself demands of the device (IN-6); not checked where it is absent. */
  readonly minimumVersion?: RequiredVersion
}

/** The answer over all licenses of a key ID. */
export interface QueryAnswer {
  readonly allowed: boolean
  /** `DRM_ACTION_ALLOWED_QUERY_RESULTS`: 0 exactly when allowed, else the base bit and all reasons (LI-6). */
  readonly bits: number
  /** Empty when allowed; in the order in which the licenses were asked. */
  readonly refusals: ReadonlyArray<LicenseRefusal>
  /** The license that would be used first. */
  readonly license: { readonly issuer: IssuerId; readonly lid: LicenseId } | null
  readonly evaluation: Allowed | null
}

const refused = (refusals: ReadonlyArray<LicenseRefusal>): QueryAnswer => ({
  allowed: false,
  bits: queryResult(refusals),
  refusals,
  license: null,
  evaluation: null,
})

const ofNobody = (own: Refusal): LicenseRefusal => ({ ...own, license: null })

const versionRefusal = ({ minimumVersion, device }: QueryCircumstances): ReadonlyArray<LicenseRefusal> => {
  if (minimumVersion === undefined || satisfiesVersion(device.securityVersion, minimumVersion)) return []
  const text = `the content needs security version ${minimumVersion}.0.1, installed is ${device.securityVersion}; individualize`
  return [ofNobody(refusal('IndividualizationRequired', 'IN-6', text))]
}

/**
 * Says whether any license of a key ID allows an action: a hint for people, not the enforcement (LI-7). The licenses are
 * asked by priority (LI-16), whatever their order in the list; the first that allows is the one whose count a use would take
 * (LI-17). If none does, the reasons of all of them are told.
 *
 * @param licenses those of one key ID, leaves with their roots: see `chainCandidates`.
 */
export const queryAction = (
  licenses: ReadonlyArray<HeldLicense>,
  action: string,
  circumstances: QueryCircumstances
): QueryAnswer => {
  const version = versionRefusal(circumstances)
  if (licenses.length === 0) {
    return refused([...version, ofNobody(refusal('NoLicense', 'LI-1', 'there is no license for this content'))])
  }
  const chosen = chooseLicense(licenses, action, queryEnvironment(action, circumstances), evaluate)
  if (E.isLeft(chosen)) return refused([...version, ...chosen.left])
  if (version.length > 0) return refused(version)
  const { held, evaluation } = chosen.right
  const { issuer, lid } = held.license
  return { allowed: true, bits: 0, refusals: [], license: { issuer, lid }, evaluation }
}
