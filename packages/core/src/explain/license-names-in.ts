import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { IssuerId } from '../identity/issuer-id'
import { KeyId } from '../identity/key-id'
import { LicenseId } from '../identity/license-id'
import { licenseRow, type LicenseName } from '../vault/license-name'
import { useStream } from '../vault/use-event'
import { licensesEverOf, readEvents } from './read-events'

const NamesLicense = t.type({ issuer: IssuerId, lid: LicenseId })
const NamesKey = t.type({ keyId: KeyId })
const NamesUse = t.type({ useId: t.string })

const named = (events: ReadonlyArray<StoredEvent>): ReadonlyArray<LicenseName> => {
  const names = events.flatMap(({ data }) => (NamesLicense.is(data) ? [{ issuer: data.issuer, lid: data.lid }] : []))
  return [...new Map(names.map((name) => [licenseRow(name), name])).values()]
}

/**
 * The licenses that an event is about: those it names, those that its use was taken from, or those of its key ID; none for
 * an event of the home as a whole.
 *
 * @errors those of the store.
 */
export const licenseNamesIn = (home: Home, event: StoredEvent): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> => {
  const { data } = event
  const own = named([event])
  if (own.length > 0) return TE.right(own)
  const ofUse: TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> = NamesUse.is(data)
    ? pipe(readEvents(home, useStream(data.useId)), TE.map(named))
    : TE.right([])
  return pipe(
    ofUse,
    TE.flatMap((names) => (names.length === 0 && NamesKey.is(data) ? licensesEverOf(home, data.keyId) : TE.right(names)))
  )
}
