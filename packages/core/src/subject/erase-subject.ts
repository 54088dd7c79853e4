import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { StreamAppend } from '../store/event-store'
import { SubjectErased, subjectStream } from './subject-event'

/**
 * Deletes the keys of subjects and records it, both or neither: from then on their data reads as `Erased`, in every event
 * ever written. The chain of the log stays whole. Copies of the database that were made before still hold the keys. A
 * subject without a key is left out, so a repeat does nothing; needs no open keystore.
 *
 * @param unless a stream that must stand as it was when the subjects were looked up.
 * @errors `RevisionConflict` for that stream; those of the store.
 */
export const eraseSubjects = (
  { store }: Home,
  subjects: ReadonlyArray<string>,
  ...unless: ReadonlyArray<StreamAppend>
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
  pipe(
    subjects,
    TE.traverseSeqArray((subject) =>
      pipe(
        store.state('shred-key', subject),
        TE.map((wrapped) => (wrapped === undefined ? [] : [subject]))
      )
    ),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map((found) => found.flat()),
    TE.flatMap((keyed): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
      if (keyed.length === 0) return TE.right([])
      const erased = keyed.map((subject) => ({
        stream: subjectStream(subject),
        expectedRevision: 0,
        events: [newEvent(SubjectErased, { subject })],
      }))
      return store.append({
        appends: [...erased, ...unless],
        state: keyed.map((key) => ({ space: 'shred-key', key, value: null })),
      })
    })
  )

/** Forgets one subject: {@link eraseSubjects} for it alone. @errors those of the store. */
export const eraseSubject =
  (home: Home) =>
  (subject: string): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    retryConflict(eraseSubjects(home, [subject]))
