import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoreFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import type { LicenseId } from '../identity/license-id'
import type { EventStore, ModelExpectation } from '../store/event-store'
import { indexKey, LICENSE_INDEX } from './license-index'
import type { LicenseName } from './license-name'

/** The names that a license id may stand for. */
export interface NamedLicenses {
  /** One of each issuer whose licenses ever came in; for most of them there is no license of that id. */
  readonly names: ReadonlyArray<LicenseName>
  /** That no license of another issuer came in meanwhile. */
  readonly expects: ReadonlyArray<ModelExpectation>
}

/** The licenses that may have a license id, by issuer in order of its id. @errors those of the store. */
export const licensesNamed = (store: EventStore, lid: LicenseId): TE.TaskEither<StoreFault, NamedLicenses> =>
  pipe(
    store.lookUp(LICENSE_INDEX, indexKey.issuers),
    TE.map((rows) => rows.map(({ id }) => id)),
    TE.map((ids) => ({
      names: ids.filter(IssuerId.is).map((issuer) => ({ issuer, lid })),
      expects: [{ model: LICENSE_INDEX, key: indexKey.issuers, ids }],
    }))
  )
