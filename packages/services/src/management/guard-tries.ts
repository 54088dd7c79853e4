import { newEvent, type RecordedEvent } from '@custody/core/event'
import { foldStream, retryConflict } from '@custody/core/home'
import type { NewEvent } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { dayOf } from './day'
import type { ManagementEnv } from './management-env'
import { GuardOpened, guardStream, GuardTried } from './management-event'
import { refused, type ManagementFault } from './refused'

/** Wrong keys that a guard takes on one UTC day. @source docs/reference/protocols.md, section 3 */
export const MOST_GUARD_TRIES = 10

const GUARD_EVENTS = [GuardTried, GuardOpened] as const

/** Which guard: sets of another computer have tries of their own, so that nobody can use up a stranger's. */
export interface GuardedSet {
  readonly source: string
  readonly set: string
}

/** Tries that are under way or were wrong. */
type Tries = number

const evolve = (tries: Tries, { type }: RecordedEvent<(typeof GUARD_EVENTS)[number]>): Tries =>
  type === 'GuardTried' ? tries + 1 : tries - 1

const streamOf = ({ clock }: ManagementEnv, { source, set }: GuardedSet): string => guardStream(source, set, dayOf(clock.now()))

const append = ({ store }: ManagementEnv, stream: string, revision: number | 'any', event: NewEvent) =>
  store.append({ appends: [{ stream, expectedRevision: revision, events: [event] }] })

/**
 * Takes a try before the guard is tried, so that tries at the same time cannot be more.
 *
 * @returns how to give it back when the key was the right one.
 * @errors `RateLimited` when none is left today, those of the store.
 */
export const takeGuardTry = (
  env: ManagementEnv,
  guarded: GuardedSet,
  mid: string,
  attempt: string
): TE.TaskEither<ManagementFault, () => TE.TaskEither<ManagementFault, void>> => {
  const stream = streamOf(env, guarded)
  const data = { mid, set: guarded.set, attempt }
  const giveBack = () =>
    pipe(
      append(env, stream, 'any', newEvent(GuardOpened, data)),
      TE.map(() => undefined)
    )
  return pipe(
    retryConflict(
      pipe(
        foldStream(env.store, stream, { definitions: GUARD_EVENTS, initial: 0, evolve }),
        TE.flatMap(({ state, revision }) =>
          state >= MOST_GUARD_TRIES
            ? TE.right(false)
            : pipe(
                append(env, stream, revision, newEvent(GuardTried, data)),
                TE.map(() => true)
              )
        )
      )
    ),
    TE.flatMapEither((taken): E.Either<ManagementFault, typeof giveBack> =>
      taken ? E.right(giveBack) : E.left(refused('RateLimited', 'too many wrong guards for this backup today'))
    )
  )
}
