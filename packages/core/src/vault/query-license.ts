import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { RequiredVersion } from '../identity/security-version'
import type { Circumstances } from '../license/evaluation'
import type { LicenseRefusal } from '../license/license-refusal'
import { queryAction, type QueryAnswer } from '../license/query-action'
import { queryResult, refusal, type RefusalReason } from '../license/refusal'
import { heldUnder, type HeldLicenses, type VaultLicense } from './held-licenses'
import { vaultCircumstances, type VaultCircumstances } from './vault-circumstances'

/** A question about one key ID. */
export interface LicenseQuery extends Pick<Circumstances, 'delivery' | 'session'> {
  readonly keyId: KeyId
  /** Any text; one that names no action is refused. */
  readonly action: string
  /** What the content itself demands of the device (IN-6). */
  readonly minimumVersion?: RequiredVersion
}

const reasonOf = ({ type }: CoreFault): RefusalReason => {
  switch (type) {
    case 'LicenseIssuerUnknown':
    case 'LicenseIssuerRevoked':
      return type
    default:
      return 'LicenseSignatureInvalid'
  }
}

const unbelieved = ({ issuer, lid, accepted }: VaultLicense): ReadonlyArray<LicenseRefusal> => {
  if (E.isRight(accepted)) return []
  const reason = reasonOf(accepted.left)
  const rule = reason === 'LicenseIssuerRevoked' ? 'RV-2' : 'LI-1'
  const text = `the license document is not believed (${accepted.left.type})`
  return [{ ...refusal(reason, rule, text), license: { issuer, lid } }]
}

/** Why licenses of a key ID are not asked at all: their documents are not believed. */
export const unbelievedRefusals = ({ licenses }: HeldLicenses): ReadonlyArray<LicenseRefusal> => licenses.flatMap(unbelieved)

/** The answer from what was read. */
export const answerQuery = (
  held: HeldLicenses,
  { now, clock, device, barred }: VaultCircumstances,
  { action, delivery, session, minimumVersion }: Omit<LicenseQuery, 'keyId'>
): QueryAnswer => {
  const refused = (refusals: ReadonlyArray<LicenseRefusal>): QueryAnswer => ({
    allowed: false,
    bits: queryResult(refusals),
    refusals,
    license: null,
    evaluation: null,
  })
  if (barred !== undefined) return refused([{ ...barred, license: null }])
  const distrust = unbelievedRefusals(held)
  const answer = queryAction(held.candidates, action, {
    now,
    clock,
    device,
    ...(delivery && { delivery }),
    ...(session && { session }),
    ...(minimumVersion && { minimumVersion }),
  })
  if (answer.allowed || distrust.length === 0) return answer
  // There are licenses, only not such as are believed.
  return refused(held.candidates.length === 0 ? distrust : [...answer.refusals, ...distrust])
}

/**
 * Says whether any license of a key ID allows an action now: the platform's answer with reasons. A hint for people (LI-7);
 * to use a license, take a use. Documents are verified, issuers and this application checked for revocation, and the
 * clock is looked at.
 *
 * @errors those of keystore and store.
 */
export const queryLicense =
  (home: Home) =>
  (query: LicenseQuery): TE.TaskEither<CoreFault, QueryAnswer> =>
    async () => {
      // Before the licenses are read: a clock that is found set back may end some of them.
      const circumstances = await vaultCircumstances(home)()
      if (E.isLeft(circumstances)) return circumstances
      const held = await heldUnder(home, circumstances.right.revocation)(query.keyId)()
      return E.isLeft(held) ? held : E.right(answerQuery(held.right, circumstances.right, query))
    }
