import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { take } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import { toTaskEither } from '../fault/to-task-either'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { licenseStream } from '../vault/license-event'
import { indexKey, LICENSE_INDEX, LIVE_LICENSES } from '../vault/license-index'
import { licenseOfRow, licenseRow, type LicenseName } from '../vault/license-name'
import { licensesNamed } from '../vault/named-licenses'

/** A license with all that its stream holds. */
export interface LicenseEvents {
  readonly name: LicenseName
  readonly events: ReadonlyArray<StoredEvent>
}

/** All events of one stream. @errors those of the store. */
export const readEvents = ({ store }: Home, stream: string): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
  toTaskEither(store.read(stream))

const rows = (home: Home, model: string, key: string): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> =>
  pipe(
    home.store.lookUp(model, key),
    TE.bimap(
      (fault): CoreFault => fault,
      (found) => found.flatMap(({ id }) => licenseOfRow(id) ?? [])
    )
  )

/** Every license that a key ID ever had here, those that are gone among them. */
export const licensesEverOf = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> =>
  pipe(
    TE.Do,
    TE.bind('live', () => rows(home, LIVE_LICENSES, keyId)),
    TE.bind('former', () => rows(home, LICENSE_INDEX, indexKey.former(keyId))),
    TE.map(({ live, former }) => [...new Map([...live, ...former].map((name) => [licenseRow(name), name])).values()])
  )

const everStored = (home: Home, name: LicenseName): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> =>
  pipe(
    toTaskEither(home.store.read(licenseStream(name.issuer, name.lid)).pipe(take(1))),
    TE.map((events) => (events.length === 0 ? [] : [name]))
  )

/** Every license that ever came in under a license id, of any issuer. */
export const licensesEverNamed = (home: Home, lid: LicenseName['lid']): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> =>
  pipe(
    licensesNamed(home.store, lid),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(({ names }) => TE.traverseSeqArray((name: LicenseName) => everStored(home, name))(names)),
    TE.map((found) => found.flat())
  )

/** The streams of licenses. */
export const readLicenses = (
  home: Home,
  names: ReadonlyArray<LicenseName>
): TE.TaskEither<CoreFault, ReadonlyArray<LicenseEvents>> =>
  pipe(
    names,
    TE.traverseSeqArray((name) =>
      pipe(
        readEvents(home, licenseStream(name.issuer, name.lid)),
        TE.map((events) => ({ name, events }))
      )
    )
  )
