import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import type { EventStore } from '@custody/core/store'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { ManagementEnv } from './management-env'
import { RestoreSessionEnded, sessionStream } from './management-event'
import { OPEN, OPEN_SESSIONS } from './restored-computers'

const Open = t.type({ expires: t.number })

/** @returns how many; none where another instance ended some of them, so that the rest is left to the next time. */
const deleteKeys = (store: EventStore, sessions: ReadonlyArray<string>): TE.TaskEither<CoreFault, number> => {
  const appends = sessions.map((session) => ({
    stream: sessionStream(session),
    expectedRevision: 0,
    events: [newEvent(RestoreSessionEnded, { session })],
  }))
  const state = sessions.map((key) => ({ space: 'session', key, value: null }) as const)
  return pipe(
    store.append({ appends, state }),
    TE.map(() => sessions.length),
    TE.orElse((fault): TE.TaskEither<CoreFault, number> => (fault.type === 'RevisionConflict' ? TE.right(0) : TE.left(fault)))
  )
}

/**
 * Deletes the keys of all sessions whose time is up. @returns how many. Instances that do so at the same time delete each once.
 *
 * @errors those of the store.
 */
export const endExpiredSessions = ({ store, clock }: ManagementEnv): TE.TaskEither<CoreFault, number> =>
  pipe(
    store.lookUp(OPEN_SESSIONS, OPEN),
    TE.map((rows) => rows.filter(({ value }) => Open.is(value) && clock.now() > value.expires).map(({ id }) => id)),
    TE.flatMap((sessions) => (sessions.length === 0 ? TE.right(0) : deleteKeys(store, sessions)))
  )

/**
 * Deletes the keys of a session whose computer wants nothing more of it. One that is over is left as it is.
 *
 * @errors those of the store.
 */
export const endSession = ({ store }: ManagementEnv, session: string): TE.TaskEither<CoreFault, { readonly session: string }> =>
  pipe(
    deleteKeys(store, [session]),
    TE.map(() => ({ session }))
  )
