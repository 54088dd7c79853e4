import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { titlesOf, type KnownTitle } from '../catalog/title-of'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { BackupRestricted } from './backup-event'

/** Content of which a license was not backed up. */
export interface RestrictedTitle {
  readonly keyId: KeyId
  readonly title: KnownTitle
}

/**
 * What a backup left out, for display: one entry for each key ID in the order of the events (BR-13), with the title that the
 * catalog has (BR-14). No title is ever written to a set.
 *
 * @errors as for `titlesOf`.
 */
export const restrictedTitles =
  (home: Home) =>
  (events: ReadonlyArray<StoredEvent>): TE.TaskEither<CoreFault, ReadonlyArray<RestrictedTitle>> => {
    const keyIds = events.flatMap(({ type, data }) =>
      type === BackupRestricted.type && BackupRestricted.data.is(data) ? [data.keyId] : []
    )
    return pipe(
      titlesOf(home)(keyIds),
      TE.map((titles) => [...titles].map(([keyId, title]) => ({ keyId, title })))
    )
  }
