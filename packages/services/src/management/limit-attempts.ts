import { newEvent } from '@custody/core/event'
import { foldStream, retryConflict } from '@custody/core/home'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { dayOf } from './day'
import type { ManagementEnv } from './management-env'
import { attemptStream, RestoreAttempted } from './management-event'
import { refused, type ManagementFault } from './refused'

/** Sessions that one computer may ask for on one UTC day, where nothing else is said. */
export const SESSIONS_A_DAY = 100

const ATTEMPT_EVENTS = [RestoreAttempted] as const

/** Counts an attempt of a computer to open a session. @errors `RateLimited`, those of the store. */
export const limitAttempts = (env: ManagementEnv, mid: string, idem: string): TE.TaskEither<ManagementFault, void> => {
  const { store, clock, sessionsADay = SESSIONS_A_DAY } = env
  const stream = attemptStream(mid, dayOf(clock.now()))
  const events = [newEvent(RestoreAttempted, { mid, idem })]
  const counted = retryConflict(
    pipe(
      foldStream(store, stream, { definitions: ATTEMPT_EVENTS, initial: 0, evolve: (attempts) => attempts + 1 }),
      TE.flatMap(({ state, revision }) =>
        state >= sessionsADay
          ? TE.right(false)
          : pipe(
              store.append({ appends: [{ stream, expectedRevision: revision, events }] }),
              TE.map(() => true)
            )
      )
    )
  )
  return pipe(
    counted,
    TE.flatMapEither((allowed): E.Either<ManagementFault, void> =>
      allowed ? E.right(undefined) : E.left(refused('RateLimited', 'too many restores were begun on this computer today'))
    )
  )
}
