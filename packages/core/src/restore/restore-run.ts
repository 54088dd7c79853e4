import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import { HOME_STREAM, HomeCreated, HomeMoved, HomeRenewed } from '../home/home-event'
import type { EventStore } from '../store/event-store'
import { RESTORE_EVENTS, RestoreRequested, restoreRunsStream, restoreStream } from './restore-event'
import { evolve, initial, type RestoreTally } from './restore-tally'

/** A restore by its id and the consent that it rests on. */
export interface RestoreRun {
  readonly run: string
  readonly consent: string
}

interface RequestedRun extends RestoreRun {
  readonly position: number
}

const runsFold = {
  definitions: [RestoreRequested] as const,
  initial: undefined as RequestedRun | undefined,
  evolve: (
    _: RequestedRun | undefined,
    { position, data: { run, consent } }: { readonly position: number; readonly data: RestoreRun }
  ): RequestedRun => ({ run, consent, position }),
}

const renewalFold = {
  definitions: [HomeCreated, HomeMoved, HomeRenewed] as const,
  initial: 0,
  evolve: (last: number, { type, position }: { readonly type: string; readonly position: number }): number =>
    type === HomeRenewed.type ? position : last,
}

/** How far a restore has come. @errors those of the store. */
export const readTally = (store: EventStore, run: string): TE.TaskEither<CoreFault, RestoreTally> =>
  pipe(
    foldStream(store, restoreStream(run), { definitions: RESTORE_EVENTS, initial, evolve }),
    TE.map(({ state }) => state)
  )

/** The restore of a set that this computer was cut off in, or nothing. @errors those of the store. */
export const unfinishedRun = (store: EventStore, set: string): TE.TaskEither<CoreFault, RestoreRun | undefined> =>
  pipe(
    foldStream(store, restoreRunsStream(set), runsFold),
    TE.flatMap(({ state }): TE.TaskEither<CoreFault, RestoreRun | undefined> =>
      state === undefined
        ? TE.right(undefined)
        : pipe(
            readTally(store, state.run),
            TE.bindTo('tally'),
            TE.bind('renewal', () => foldStream(store, HOME_STREAM, renewalFold)),
            // A home that was renewed is another computer, which has nothing of what was restored before.
            TE.map(({ tally, renewal }) => (tally.ended || renewal.state > state.position ? undefined : state))
          )
    )
  )

/** A fresh id for a restore. */
export const freshRun = ({ clock, random }: Home): string => uuidV7(clock, random)

/** Records that a restore was asked for. */
export const recordRun = ({ store }: Home, set: string, { run, consent }: RestoreRun): TE.TaskEither<CoreFault, unknown> =>
  store.append({
    appends: [
      { stream: restoreRunsStream(set), expectedRevision: 'any', events: [newEvent(RestoreRequested, { run, set, consent })] },
    ],
    correlation: run,
  })
