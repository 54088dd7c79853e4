import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { ManagementEnv } from './management-env'
import { RestoreSessionEnded, sessionStream } from './management-event'
import { OPEN, OPEN_SESSIONS } from './restored-computers'

const Open = t.type({ expires: t.number })

/**
 * Deletes the keys of all sessions whose time is up. @returns how many. Instances that do so at the same time delete each once.
 *
 * @errors those of the store.
 */
export const endExpiredSessions = ({ store, clock }: ManagementEnv): TE.TaskEither<CoreFault, number> =>
  pipe(
    store.lookUp(OPEN_SESSIONS, OPEN),
    TE.map((rows) => rows.filter(({ value }) => Open.is(value) && clock.now() > value.expires).map(({ id }) => id)),
    TE.flatMap((sessions): TE.TaskEither<CoreFault, number> => {
      if (sessions.length === 0) return TE.right(0)
      const appends = sessions.map((session) => ({
        stream: sessionStream(session),
        expectedRevision: 0,
        events: [newEvent(RestoreSessionEnded, { session })],
      }))
      const state = sessions.map((key) => ({ space: 'session', key, value: null }) as const)
      return pipe(
        store.append({ appends, state }),
        TE.matchE(
          // Another instance ended some of them: the rest is left to the next time.
          (fault) => async (): Promise<E.Either<CoreFault, number>> =>
            fault.type === 'RevisionConflict' ? E.right(0) : E.left(fault),
          () => TE.right(sessions.length)
        )
      )
    })
  )
