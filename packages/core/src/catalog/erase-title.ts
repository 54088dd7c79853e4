import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import { eraseSubjects } from '../subject/erase-subject'
import { titleStream } from './title-event'
import { titleHistory } from './title-history'

/**
 * Forgets every title that a key ID ever had. No other title is touched, and a new one may be set afterwards. Nothing to
 * erase is no fault.
 *
 * @errors those of the store.
 */
export const eraseTitle =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    retryConflict(
      pipe(
        titleHistory(home, keyId),
        TE.flatMap(({ state, revision }) =>
          eraseSubjects(home, state, { stream: titleStream(keyId), expectedRevision: revision, events: [] })
        )
      )
    )
