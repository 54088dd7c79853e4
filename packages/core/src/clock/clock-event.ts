import * as t from 'io-ts'

import { defineEvent } from '../event/define-event'
import { IssuerId } from '../identity/issuer-id'

/** Stream of what happened to the belief in this computer's clock. */
export const CLOCK_STREAM = 'clock'

/** The clock stood more than the tolerance behind what the log had seen. Rights with a time refuse from here on (R13). */
export const ClockSetBack = defineEvent({
  type: 'ClockSetBack',
  schemaVersion: 1,
  data: t.type({
    /** What the clock said, microseconds since 1970. */
    at: t.number,
    /** The highest time that counted then, microseconds since 1970. */
    mark: t.number,
  }),
})

/**
 * The clock is believed again: it reached the mark (`time`), or a service signed the time that it shows (`service`).
 * The latter may lower the mark after a clock that ran ahead.
 */
export const ClockReanchored = defineEvent({
  type: 'ClockReanchored',
  schemaVersion: 1,
  data: t.type({
    at: t.number,
    /** Highest time in the log then; records up to it do not count against a clock that a service vouched for. */
    mark: t.number,
    by: t.union([t.literal('time'), t.literal('service')]),
  }),
})

/** The owner took the clock that was set back for right, for licenses of one issuer: the home's own. */
export const ClockAccepted = defineEvent({
  type: 'ClockAccepted',
  schemaVersion: 1,
  data: t.type({ at: t.number, mark: t.number, issuer: IssuerId }),
})

/** All that the clock's stream may hold. */
export const CLOCK_EVENTS = [ClockSetBack, ClockReanchored, ClockAccepted] as const
