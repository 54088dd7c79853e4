import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import { defineEvent, newEvent } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import { rememberedFold } from '../home/remembered-fold'
import type { EventStore, StreamAppend } from '../store/event-store'

/** Stream of the tokens by which an authority recognises this home's history. */
export const CONTINUITY_STREAM = 'continuity'

/**
 * A service gave the token that the next opening has to show: a copy of this home that goes on by itself shows another.
 *
 * @source docs/reference/protocols.md, section 4.6
 */
export const ContinuityMoved = defineEvent({
  type: 'ContinuityMoved',
  schemaVersion: 1,
  data: t.type({ token: t.string }),
})

/** What no service gives. */
const NONE = ''

const CONTINUITY_EVENTS = [ContinuityMoved] as const

const newest = rememberedFold<(typeof CONTINUITY_EVENTS)[number], string | undefined>(CONTINUITY_STREAM, {
  definitions: CONTINUITY_EVENTS,
  initial: undefined,
  evolve: (_, { data }) => data.token,
})

/** The newest token, or nothing before the first contact. @errors those of the store. */
export const continuityToken = (store: EventStore): TE.TaskEither<CoreFault, string | undefined> =>
  pipe(
    newest(store),
    TE.map(({ state }) => (state === NONE ? undefined : state))
  )

/** What an append adds to keep a new token. */
export const keepContinuity = (token: string): StreamAppend => ({
  stream: CONTINUITY_STREAM,
  expectedRevision: 'any',
  events: [newEvent(ContinuityMoved, { token })],
})

/** What an append adds where the home becomes another computer: no token ties it to the one before (R22). */
export const forgetContinuity: StreamAppend = {
  stream: CONTINUITY_STREAM,
  expectedRevision: 'any',
  events: [newEvent(ContinuityMoved, { token: NONE })],
}
