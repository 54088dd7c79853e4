import * as E from 'fp-ts/Either'

import type { IssuerId } from '../identity/issuer-id'
import type { NewEvent } from '../store/event-store'
import { type ClockCommand, type ClockState, countingFrom, decide, evolve, initial } from './clock-decider'

const SECOND = 1_000_000
const T = 1_000_000 * SECOND
const OWN = 'A'.repeat(43) as IssuerId

type ClockEvent = Parameters<typeof evolve>[1]
const recorded = (events: ReadonlyArray<NewEvent>, position = 7): ReadonlyArray<ClockEvent> =>
  events.map((event) => ({ ...event, position }) as unknown as ClockEvent)

/** The state after commands, each decided on the state before it. */
const after = (...commands: ReadonlyArray<ClockCommand>): ClockState =>
  commands.reduce((state, command) => {
    const events = decide(state, command)
    return E.isLeft(events) ? state : recorded(events.right).reduce(evolve, state)
  }, initial)
const typesOf = (state: ClockState, command: ClockCommand): ReadonlyArray<string> => {
  const events = decide(state, command)
  return E.isRight(events) ? events.right.map(({ type }) => type) : [events.left.type]
}

const look = (now: number, highest = T): ClockCommand => ({ type: 'ObserveClock', now, highest, logTime: T })
const accept: ClockCommand = { type: 'AcceptClock', now: T - 3600 * SECOND, logTime: T, issuer: OWN }
const attest = (now: number, at: number): ClockCommand => ({ type: 'AttestClock', now, at, logTime: T })

describe('R13: the clock against the log', () => {
  it('is believed up to 120 seconds behind the highest time of the log, and not a microsecond more', () => {
    expect(typesOf(initial, look(T))).toEqual([])
    expect(typesOf(initial, look(T - 120 * SECOND))).toEqual([])
    expect(typesOf(initial, look(T - 120 * SECOND - 1))).toEqual(['ClockSetBack'])
  })

  it('tells a set back once, until the clock reaches the mark again', () => {
    const back = after(look(T - 3600 * SECOND))
    expect(back.mark).toBe(T)
    expect(typesOf(back, look(T - 3000 * SECOND))).toEqual([])
    // Within the tolerance is not enough: the mark itself has to be reached.
    expect(typesOf(back, look(T - 1))).toEqual([])
    expect(typesOf(back, look(T))).toEqual(['ClockReanchored'])
    const again = after(look(T - 3600 * SECOND), look(T))
    expect(again.mark).toBeUndefined()
    expect(typesOf(again, look(T - 3600 * SECOND))).toEqual(['ClockSetBack'])
  })

  it('takes the owner’s word for a clock that is set back, and for that one only', () => {
    expect(typesOf(initial, accept)).toEqual(['ClockBelieved'])
    const accepted = after(look(T - 3600 * SECOND), accept)
    expect(accepted).toMatchObject({ mark: T, accepted: { issuer: OWN } })
    // From here on the records since then count, and not the old mark.
    expect(countingFrom(accepted)).toEqual({ position: 7, at: T - 3600 * SECOND, mark: T })
    expect(typesOf(accepted, look(T - 3600 * SECOND, T - 3600 * SECOND))).toEqual([])
    expect(typesOf(accepted, look(T - 7200 * SECOND, T - 3600 * SECOND))).toEqual(['ClockSetBack'])
    const twice = after(look(T - 3600 * SECOND), accept, look(T - 7200 * SECOND, T - 3600 * SECOND))
    expect(twice).toMatchObject({ mark: T, accepted: undefined })
    expect(typesOf(accepted, look(T))).toEqual(['ClockReanchored'])
  })

  it('takes a signed time for right, which may lower the mark after a clock that ran ahead', () => {
    const real = T - 86_400 * SECOND
    const lowered = after(look(real), attest(real + 5 * SECOND, real))
    expect(lowered).toMatchObject({ mark: undefined, attested: true, base: { position: 7, at: real, mark: T } })
    expect(typesOf(lowered, look(real + SECOND, real))).toEqual([])
    expect(typesOf(lowered, look(real - 121 * SECOND, real))).toEqual(['ClockSetBack'])
  })

  it('believes no clock that differs from the signed time', () => {
    const back = after(look(T - 3600 * SECOND))
    for (const now of [T - 121 * SECOND, T + 121 * SECOND]) expect(typesOf(back, attest(now, T))).toEqual(['ClockOff'])
    expect(after(look(T - 3600 * SECOND), attest(T - 121 * SECOND, T)).mark).toBe(T)
  })

  it('is vouched for by a service until it is found wrong', () => {
    expect(initial.attested).toBe(false)
    expect(after(attest(T, T)).attested).toBe(true)
    expect(after(attest(T, T), look(T - 3600 * SECOND), look(T)).attested).toBe(false)
  })
})
