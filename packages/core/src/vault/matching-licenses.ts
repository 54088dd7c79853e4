import * as t from 'io-ts'
import { concatMap, from, type Observable } from 'rxjs'

import { KeyId } from '../identity/key-id'
import { isNarrowedTo, type LicenseCriteria } from '../license-revocation/license-criteria'
import type { EventStore } from '../store/event-store'
import { indexKey, LICENSE_INDEX } from './license-index'
import { licenseOfRow, type LicenseName } from './license-name'

const RevocableRow = t.type({ keyId: KeyId, uid: t.union([t.string, t.null]) }, 'revocable license')

/**
 * The licenses that a message is about, of those that ever came in: their revocation key is the message's, which limits an
 * issuer to its own (LI-51, P-27), and what else it states narrows them (LI-49).
 *
 * @errors `CoreError` with the store's faults.
 */
export const matchingLicenses = (
  store: EventStore,
  criteria: LicenseCriteria
): Observable<LicenseName> =>
  store.scan(LICENSE_INDEX, indexKey.revocable(criteria.key)).pipe(
    concatMap(({ id, value }) => {
      const name = licenseOfRow(id)
      const matches = name !== undefined && RevocableRow.is(value) && isNarrowedTo({ ...value, lid: name.lid }, criteria)
      return from(matches ? [name] : [])
    })
  )
