import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { HeldLicense } from '../license/held-license'
import { evolve, initial, type Holding } from '../vault/holding-decider'
import { LICENSE_EVENTS } from '../vault/license-event'
import type { LicenseName } from '../vault/license-name'
import { storedDocument } from '../vault/stored-document'
import { foldEvents } from './fold-events'

/** A license as it stood at some moment, with the events that made it so. */
export interface PastLicense {
  readonly name: LicenseName
  readonly events: ReadonlyArray<StoredEvent>
  readonly held: HeldLicense
  readonly facts: NonNullable<Holding['terms']>['facts']
}

/**
 * The license that some events make, or nothing when it had not come in by then. Its signature was verified when it came
 * in, and the chain of the log vouches for the text since, so that no key is needed to tell what was.
 *
 * @errors `EventUnreadable`, `LicenseMalformed`.
 */
export const pastLicense = (
  name: LicenseName,
  events: ReadonlyArray<StoredEvent>
): E.Either<CoreFault, PastLicense | undefined> =>
  pipe(
    foldEvents(events, { definitions: LICENSE_EVENTS, initial, evolve }),
    E.flatMap(({ state, terms }): E.Either<CoreFault, PastLicense | undefined> => {
      if (terms === undefined) return E.right(undefined)
      const { issuer, lid, keyId, docDigest, document: jws, facts } = terms
      return pipe(
        storedDocument(jws),
        E.map((document) => ({
          name,
          events,
          held: { license: { document, issuer, lid, keyId, jws, docDigest }, state },
          facts,
        }))
      )
    })
  )
