import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import type { NewEvent, StreamAppend } from '../store/event-store'
import { licenseStream } from './license-event'
import { decide, evolve, initial, type UseCommand, type UseNotOpen, type UseState } from './use-decider'
import { USE_EVENTS, useStream } from './use-event'

/** Why a step of a use did not happen. */
export type UseStepFault = CoreFault | UseNotOpen

/** What a step tells the licenses, where the counts are: that a use came back, or that its key was released (LI-20). */
const toLicenses = (state: UseState, command: UseCommand, events: ReadonlyArray<NewEvent>): ReadonlyArray<StreamAppend> => {
  // A license knows of the first release already when the use was resumed.
  if (!state.counted || state.stage === 'resumed' || command.type === 'EndUse') return []
  return state.licenses.flatMap(({ issuer, lid }, link) => {
    const event = command.type === 'ReturnUse' ? events[link] : events[0]
    return event === undefined
      ? []
      : [{ stream: licenseStream(issuer, lid), expectedRevision: 'any', events: [event] } as const]
  })
}

/**
 * Takes one step of a use, durably. The expected revision makes release and return exclude each other over all
 * processes: who comes second finds the use not open.
 *
 * @errors `UseNotOpen`, and those of the store.
 */
export const stepUse = (home: Home, command: UseCommand): TE.TaskEither<UseStepFault, ReadonlyArray<StoredEvent>> => {
  const stream = useStream(command.useId)
  const attempt: TE.TaskEither<UseStepFault, ReadonlyArray<StoredEvent>> = pipe(
    foldStream(home.store, stream, { definitions: USE_EVENTS, initial, evolve }),
    TE.mapLeft((fault): UseStepFault => fault),
    TE.flatMap(({ state, revision }) =>
      pipe(
        TE.fromEither(decide(state, command)),
        TE.mapLeft((fault): UseStepFault => fault),
        TE.flatMap((events): TE.TaskEither<UseStepFault, ReadonlyArray<StoredEvent>> =>
          home.store.append({
            appends: [{ stream, expectedRevision: revision, events }, ...toLicenses(state, command, events)],
            correlation: command.useId,
          })
        )
      )
    )
  )
  // A lost race is answered from the log: the second look finds the use released or returned.
  return pipe(
    attempt,
    TE.orElse((fault) => (fault.type === 'RevisionConflict' ? attempt : TE.left(fault)))
  )
}

/** Gives a use back when nothing came of it; a use that is released or returned already is left as it is. */
export const returnUse = (
  home: Home,
  useId: string,
  why: 'expired' | 'refused' | 'cancelled'
): TE.TaskEither<CoreFault, void> =>
  pipe(
    stepUse(home, { type: 'ReturnUse', useId, why }),
    TE.map(() => undefined),
    TE.orElse((fault): TE.TaskEither<CoreFault, undefined> =>
      fault.type === 'UseNotOpen' ? TE.right(undefined) : TE.left(fault)
    )
  )
