import * as E from 'fp-ts/Either'
import { concatMap, defer, filter, from, map, switchMap, type Observable } from 'rxjs'

import type { CoreFault } from '../fault/core-fault'
import { orThrow, runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { Action } from '../license/action'
import { informationVersion, type RevocationState } from '../revocation/revocation-state'
import { revocationState } from '../revocation/stored-revocation'
import { everyLicense, licensesByKey, type StoredLicense } from './stored-licenses'

/** Which licenses are wanted; what is left out narrows nothing. @source Windows Media Format 11 SDK, "WMDRM_LICENSE_FILTER" */
export interface LicenseFilter {
  /** Least version of the license document. */
  readonly minimumVersion?: number
  readonly keyId?: KeyId
  /** All of them have to be granted. */
  readonly rights?: ReadonlyArray<Action>
  /** One of them has to be the license's. */
  readonly sourceIds?: ReadonlyArray<string>
}

const matches = ({ document }: StoredLicense, { minimumVersion = 0, rights = [], sourceIds }: LicenseFilter): boolean =>
  document.v >= minimumVersion &&
  rights.every((right) => document.rights.some(({ action }) => action === right)) &&
  (sourceIds === undefined || (document.sourceId !== undefined && sourceIds.includes(document.sourceId)))

/** `NS_E_DRM_RIV_TOO_SMALL`: the cure is to refresh and to enumerate anew (RV-8). */
const upToDate =
  (revocation: RevocationState) =>
  (license: StoredLicense): E.Either<CoreFault, StoredLicense> => {
    const least = license.document.requires?.revocation
    const stored = informationVersion(revocation)
    return least === undefined || (stored !== null && BigInt(stored) >= BigInt(least))
      ? E.right(license)
      : E.left({ type: 'RevocationTooOld', stored, least })
  }

const licensesOf = (home: Home, keyId: KeyId): Observable<StoredLicense> =>
  defer(() => runTask(licensesByKey(home)(keyId))).pipe(concatMap((licenses) => from(licenses)))

/**
 * The licenses that match a filter (LI-40). Cold: a subscription stands on the first match at once, completes after the last
 * (`ERROR_NO_MORE_ITEMS`), and another one begins at the first again (`ResetEnumeration`, LI-41). Nothing is read ahead of a
 * license that revocation data is too old for. With a key ID in the order in which licenses are asked, else by key ID.
 *
 * @errors `CoreError` with `RevocationTooOld` at a license that needs newer revocation data (LI-42), and those of the store.
 */
export const enumerateLicenses =
  (home: Home) =>
  (wanted: LicenseFilter = {}): Observable<StoredLicense> => {
    const { keyId } = wanted
    const all = keyId === undefined ? everyLicense(home) : licensesOf(home, keyId)
    return defer(() => runTask(revocationState(home))).pipe(
      switchMap((revocation) =>
        all.pipe(
          filter((license) => matches(license, wanted)),
          map((license) => orThrow(upToDate(revocation)(license)))
        )
      )
    )
  }
