import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import { licensesByLid, type StoredLicense } from './stored-licenses'

/** A license as people name it: the issuer only where its license id is not enough. */
export interface LicenseReference {
  readonly lid: LicenseId
  readonly issuer?: IssuerId
}

/**
 * The one license in the vault that a reference means.
 *
 * @errors `LicenseUnknown` (LI-46), `LicenseAmbiguous` when several issuers use the license id, those of the store.
 */
export const findLicense =
  (home: Home) =>
  ({ lid, issuer }: LicenseReference): TE.TaskEither<CoreFault, StoredLicense> =>
    pipe(
      licensesByLid(home)(lid),
      TE.map((licenses) => licenses.filter((license) => issuer === undefined || license.issuer === issuer)),
      TE.flatMapEither(([license, ...others]): E.Either<CoreFault, StoredLicense> => {
        if (license === undefined) return E.left({ type: 'LicenseUnknown', lid })
        const issuers = [license, ...others].map((one) => one.issuer)
        return others.length === 0 ? E.right(license) : E.left({ type: 'LicenseAmbiguous', lid, issuers })
      })
    )
