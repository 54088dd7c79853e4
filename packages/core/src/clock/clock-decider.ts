import * as E from 'fp-ts/Either'

import type { RecordedEvent } from '../event/decode-event'
import { newEvent } from '../event/define-event'
import type { IssuerId } from '../identity/issuer-id'
import type { NewEvent } from '../store/event-store'
import { type CLOCK_EVENTS, ClockAccepted, ClockReanchored, ClockSetBack } from './clock-event'

type ClockEvent = RecordedEvent<(typeof CLOCK_EVENTS)[number]>

/** From where in the log times count. */
export interface ClockBase {
  /** Position of the event that set it; 0 for the whole log. */
  readonly position: number
  /** A time that counts in any case, microseconds since 1970. */
  readonly at: number
  /** Highest time in the log up to there, which counts no more. */
  readonly mark: number
}

/** Whether this computer's clock is believed. */
export interface ClockState {
  /** The mark that the clock has to reach again; nothing while it is believed. */
  readonly mark: number | undefined
  /** Set by the last signed time, so that a clock that ran ahead can be put right. */
  readonly base: ClockBase
  /** The owner's word for a clock that is set back. */
  readonly accepted: { readonly issuer: IssuerId; readonly base: ClockBase } | undefined
  /** Whether a service vouched for the clock since it was last found wrong. */
  readonly attested: boolean
}

/** What may be asked of the clock. All times in microseconds since 1970. */
export type ClockCommand =
  /** @param highest the highest time that counts: see {@link countingFrom}. */
  | { readonly type: 'ObserveClock'; readonly now: number; readonly highest: number; readonly logTime: number }
  | { readonly type: 'AcceptClock'; readonly now: number; readonly logTime: number; readonly issuer: IssuerId }
  | { readonly type: 'AttestClock'; readonly now: number; readonly at: number; readonly logTime: number }

/** A command that says nothing: the clock is believed already, or is not the one that the service knows. */
export type ClockRefusal = { readonly type: 'ClockBelieved' } | { readonly type: 'ClockOff'; readonly by: number }

/** How far a clock may fall behind unnoticed: 120 seconds, in microseconds. @source docs/reference/protocols.md, section 9 */
export const CLOCK_TOLERANCE = 120 * 1_000_000

const WHOLE_LOG: ClockBase = { position: 0, at: 0, mark: 0 }

/** The clock of a new home. */
export const initial: ClockState = { mark: undefined, base: WHOLE_LOG, accepted: undefined, attested: false }

/** What the clock is held against now. */
export const countingFrom = ({ base, accepted }: ClockState): ClockBase => accepted?.base ?? base

const setBack = (at: number, mark: number): ReadonlyArray<NewEvent> => [newEvent(ClockSetBack, { at, mark })]

const observe = (
  state: ClockState,
  { now, highest, logTime }: Extract<ClockCommand, { readonly type: 'ObserveClock' }>
): ReadonlyArray<NewEvent> => {
  const behind = now < highest - CLOCK_TOLERANCE
  if (state.mark === undefined) return behind ? setBack(now, highest) : []
  if (now >= state.mark) return [newEvent(ClockReanchored, { at: now, mark: logTime, by: 'time' })]
  // The owner's word was for the clock as it stood; set back once more, it is another clock.
  return behind && state.accepted !== undefined ? setBack(now, state.mark) : []
}

/** Chooses the events of one look at the clock. A set back is told once, however often it is seen. */
export const decide = (state: ClockState, command: ClockCommand): E.Either<ClockRefusal, ReadonlyArray<NewEvent>> => {
  const { now, logTime: mark } = command
  switch (command.type) {
    case 'ObserveClock':
      return E.right(observe(state, command))
    case 'AcceptClock':
      return state.mark === undefined
        ? E.left({ type: 'ClockBelieved' })
        : E.right([newEvent(ClockAccepted, { at: now, mark, issuer: command.issuer })])
    case 'AttestClock': {
      const by = now - command.at
      return Math.abs(by) > CLOCK_TOLERANCE
        ? E.left({ type: 'ClockOff', by })
        : E.right([newEvent(ClockReanchored, { at: command.at, mark, by: 'service' })])
    }
  }
}

/** The state after one more event. */
export const evolve = (state: ClockState, event: ClockEvent): ClockState => {
  const { position } = event
  const { at, mark } = event.data
  switch (event.type) {
    case 'ClockSetBack':
      return { ...state, mark, accepted: undefined, attested: false }
    case 'ClockAccepted':
      return { ...state, accepted: { issuer: event.data.issuer, base: { position, at, mark } } }
    case 'ClockReanchored':
      return event.data.by === 'time'
        ? { ...state, mark: undefined, accepted: undefined }
        : { mark: undefined, base: { position, at, mark }, accepted: undefined, attested: true }
  }
}
