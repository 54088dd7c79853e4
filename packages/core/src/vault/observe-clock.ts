import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { reduce } from 'rxjs'

import {
  countingFrom,
  decide,
  evolve,
  initial,
  type ClockBase,
  type ClockCommand,
  type ClockRefusal,
  type ClockState,
} from '../clock/clock-decider'
import { CLOCK_EVENTS, CLOCK_STREAM, ClockSetBack } from '../clock/clock-event'
import { decodeEvent } from '../event/decode-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import { toTaskEither } from '../fault/to-task-either'
import type { Folded } from '../home/fold-stream'
import type { Home } from '../home/home'
import { rememberedFold } from '../home/remembered-fold'
import { retryConflict } from '../home/retry-conflict'
import type { ClockStanding } from '../license/evaluation'
import type { NewEvent } from '../store/event-store'
import { clockBoundChanges } from './clock-bound'

/** The clock as the log has it now. */
export interface ObservedClock {
  /** Microseconds since 1970. */
  readonly now: number
  readonly standing: ClockStanding
  /** Whether a service vouched for the clock since it was last found wrong. */
  readonly attested: boolean
  /** Events of the clock's stream that this comes from. */
  readonly revision: number
}

/** What a command about the clock is made from. */
export interface ClockSight {
  readonly now: number
  /** The highest time that counts. */
  readonly highest: number
  /** The highest time in the log. */
  readonly logTime: number
}

/** The answer to a command about the clock: how it stands now, and why nothing came of the command if so. */
export interface ClockAnswer {
  readonly clock: ObservedClock
  readonly refusal: ClockRefusal | null
}

const decodeClock = decodeEvent(CLOCK_EVENTS)

/** Records up to a base's mark do not count, so only where none is later have those since the base to be looked through. */
const highestSince = ({ log }: Home, { position, at, mark }: ClockBase, logTime: number): TE.TaskEither<CoreFault, number> =>
  logTime > mark
    ? TE.right(logTime)
    : pipe(
        toTaskEither(log.records(position).pipe(reduce((highest, { time }) => Math.max(highest, time), at))),
        TE.map(([highest = at]) => highest)
      )

/** How far the clock is believed in a state. */
export const clockStanding = ({ mark, accepted }: ClockState): ClockStanding =>
  mark === undefined ? { type: 'trusted' } : { type: 'set-back', acceptedFor: accepted?.issuer ?? null }

const observed = ({ state, revision }: Folded<ClockState>, now: number): ObservedClock => ({
  now,
  standing: clockStanding(state),
  attested: state.attested,
  revision,
})

const folded = (
  before: Folded<ClockState>,
  stored: ReadonlyArray<StoredEvent>
): E.Either<CoreFault, Folded<ClockState>> =>
  pipe(
    stored.filter(({ stream }) => stream === CLOCK_STREAM),
    E.traverseArray(decodeClock),
    E.map((events) => ({ state: events.reduce(evolve, before.state), revision: before.revision + events.length }))
  )

const append = (
  { store }: Home,
  before: Folded<ClockState>,
  events: ReadonlyArray<NewEvent>
): TE.TaskEither<CoreFault, Folded<ClockState>> => {
  const isSetBack = events.some(({ type }) => type === ClockSetBack.type)
  return pipe(
    isSetBack ? clockBoundChanges(store) : TE.right([]),
    TE.flatMap((changes) =>
      store.append({
        appends: [
          { stream: CLOCK_STREAM, expectedRevision: before.revision, events },
          ...changes.map((change) => change.append),
        ],
        state: changes.flatMap(({ state }) => state),
      })
    ),
    TE.flatMapEither((stored) => folded(before, stored))
  )
}

const clockOf = rememberedFold(CLOCK_STREAM, { definitions: CLOCK_EVENTS, initial, evolve })

const sightFrom = (home: Home, { state }: Folded<ClockState>): TE.TaskEither<CoreFault, ClockSight> =>
  pipe(
    home.store.head(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.flatMap(({ time: logTime }) =>
      pipe(
        highestSince(home, countingFrom(state), logTime),
        TE.map((highest) => ({ now: home.clock.now(), highest, logTime }))
      )
    )
  )

const answered = (
  home: Home,
  before: Folded<ClockState>,
  command: ClockCommand
): TE.TaskEither<CoreFault, ClockAnswer> => {
  const { now } = command
  const decision = decide(before.state, command)
  if (E.isLeft(decision)) return TE.right({ clock: observed(before, now), refusal: decision.left })
  return pipe(
    decision.right.length === 0 ? TE.right(before) : append(home, before, decision.right),
    TE.map((after) => ({ clock: observed(after, now), refusal: null }))
  )
}

/** Carries out one command about the clock, made from what the log says. @errors those of the store. */
export const commandClock = (
  home: Home,
  commandOf: (sight: ClockSight) => ClockCommand
): TE.TaskEither<CoreFault, ClockAnswer> =>
  retryConflict(
    async () => {
      const before = await clockOf(home.store)()
      if (E.isLeft(before)) return before
      const sight = await sightFrom(home, before.right)()
      return E.isLeft(sight) ? sight : answered(home, before.right, commandOf(sight.right))()
    }
  )

/**
 * Looks at the clock and compares it with the log (R13). That it was set back is recorded once, and licenses that answer
 * to it do so in the same append (LI-21); that it is right again is recorded too.
 *
 * @errors those of the store.
 */
export const lookAtClock = (home: Home): TE.TaskEither<CoreFault, ObservedClock> =>
  pipe(
    commandClock(home, (sight) => ({ type: 'ObserveClock', ...sight })),
    TE.map(({ clock }) => clock)
  )

/** How the clock stands now. @errors as for {@link lookAtClock}. */
export const observeClock = (home: Home): TE.TaskEither<CoreFault, ClockStanding> =>
  pipe(
    lookAtClock(home),
    TE.map(({ standing }) => standing)
  )
