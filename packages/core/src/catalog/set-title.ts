import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import { wipeSecret } from '../secret/secret'
import type { AppendRequest } from '../store/event-store'
import { sealMember } from '../subject/sealed-member'
import { freshShredKey, storedShredKey, type ShredKey } from '../subject/shred-key'
import { subjectStream } from '../subject/subject-event'
import { checkTitle } from './title'
import { TITLE_MEMBER, TitleSet, titleStream } from './title-event'
import { titleHistory } from './title-history'

/** A key that was sealed by this home's former keys opens nothing any more: as good as erased. */
const openable = <A>(stored: TE.TaskEither<CoreFault, A | undefined>): TE.TaskEither<CoreFault, A | undefined> =>
  pipe(
    stored,
    TE.orElse((fault): TE.TaskEither<CoreFault, A | undefined> => (fault.type === 'SealBroken' ? TE.right(undefined) : TE.left(fault)))
  )

/** A title that was erased does not come back to life under the same key: the next one is of a new subject. */
const subjectKey = (home: Home, subject: string | undefined): TE.TaskEither<CoreFault, ShredKey> =>
  pipe(
    subject === undefined ? TE.right(undefined) : openable(storedShredKey(home, subject)),
    TE.flatMap((stored) => (stored === undefined ? freshShredKey(home) : TE.right(stored)))
  )

const sealedAppend = (
  { clock, random }: Home,
  keyId: KeyId,
  text: string,
  revision: number,
  { subject, key, state }: ShredKey
): AppendRequest => {
  const id = uuidV7(clock, random)
  const title = sealMember(key, subject, { event: id, member: TITLE_MEMBER }, text, random)
  wipeSecret(key)
  return {
    appends: [
      { stream: titleStream(keyId), expectedRevision: revision, events: [{ ...newEvent(TitleSet, { keyId, title }), id }] },
      // Nothing is appended there: an erasure that came in between would leave the title sealed for nobody.
      { stream: subjectStream(subject), expectedRevision: 0, events: [] },
    ],
    state,
  }
}

/**
 * Gives the content under a key ID a name that a person knows; it replaces the one before. Sealed for a subject of its
 * own, so that it can be erased.
 *
 * @errors `BadInput` for a text that is no title; those of keystore and store.
 */
export const setTitle =
  (home: Home) =>
  (keyId: KeyId, text: string): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    pipe(
      TE.fromEither<CoreFault, string>(checkTitle(text)),
      TE.flatMap((title) =>
        retryConflict(
          pipe(
            titleHistory(home, keyId),
            TE.bindTo('past'),
            TE.bind('key', ({ past }) => subjectKey(home, past.state.at(-1))),
            TE.flatMap(({ past, key }) => home.store.append(sealedAppend(home, keyId, title, past.revision, key)))
          )
        )
      )
    )
