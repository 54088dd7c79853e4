import type { CoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import { LicenseId } from '@custody/core/identity'
import { licensesByLid, type StoredLicense } from '@custody/core/vault'
import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'

/** A license as a person names it; several issuers may use one license id. */
export interface LicenseWords {
  readonly lid: string
  readonly issuer?: string
}

/** The licenses of this home that are meant, one of each issuer. @errors `LicenseUnknown` where there is none. */
export const namedLicenses =
  (home: Home) =>
  ({ lid, issuer }: LicenseWords): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> => {
    const id = lid.toLowerCase()
    return pipe(
      LicenseId.is(id) ? licensesByLid(home)(id) : TE.right([]),
      TE.map((found) => found.filter((license) => issuer === undefined || license.issuer === issuer)),
      TE.filterOrElse(
        (found) => found.length > 0,
        (): CoreFault => ({ type: 'LicenseUnknown', lid })
      )
    )
  }
