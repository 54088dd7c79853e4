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

/**
 * A request that will be answered with a token is about to be sent. Where the answer never comes, the next request names it: the
 * service then knows that it is no copy that speaks.
 */
export const ContinuityAsked = defineEvent({
  type: 'ContinuityAsked',
  schemaVersion: 1,
  data: t.type({
    /** Idempotency key of the request. */
    idem: t.string,
  }),
})

/** Requests that a home names as unanswered, at most: the newest ones. */
export const MOST_UNANSWERED = 64

/** What no service gives. */
const NONE = ''

const CONTINUITY_EVENTS = [ContinuityMoved, ContinuityAsked] as const

/** What the next request shows. */
interface ShownContinuity {
  readonly token: string | undefined
  /** Keys of the requests since the token came, oldest first. */
  readonly unanswered: ReadonlyArray<string>
}

const newest = rememberedFold<(typeof CONTINUITY_EVENTS)[number], ShownContinuity>(CONTINUITY_STREAM, {
  definitions: CONTINUITY_EVENTS,
  initial: { token: undefined, unanswered: [] },
  evolve: ({ token, unanswered }, { type, data }) =>
    type === 'ContinuityMoved'
      ? { token: data.token === NONE ? undefined : data.token, unanswered: [] }
      : { token, unanswered: [...unanswered.filter((idem) => idem !== data.idem), data.idem].slice(-MOST_UNANSWERED) },
})

/** The newest token, or nothing before the first contact. @errors those of the store. */
export const continuityToken = (store: EventStore): TE.TaskEither<CoreFault, string | undefined> =>
  pipe(
    newest(store),
    TE.map(({ state }) => state.token)
  )

/** Members of a request's body by which the service recognises this home's history. */
export interface ContinuityMembers {
  readonly continuity?: string
  readonly unanswered?: ReadonlyArray<string>
}

/**
 * What a request shows, once the log says that it is sent.
 *
 * @param idem idempotency key of the request. @errors those of the store.
 */
export const showContinuity = (store: EventStore, idem: string): TE.TaskEither<CoreFault, ContinuityMembers> =>
  pipe(
    newest(store),
    TE.tap(({ state: { unanswered } }): TE.TaskEither<CoreFault, unknown> => {
      if (unanswered.includes(idem)) return TE.right(undefined)
      const events = [newEvent(ContinuityAsked, { idem })]
      return store.append({ appends: [{ stream: CONTINUITY_STREAM, expectedRevision: 'any', events }] })
    }),
    TE.map(({ state: { token, unanswered } }) => {
      const others = unanswered.filter((other) => other !== idem)
      return { ...(token !== undefined && { continuity: token }), ...(others.length > 0 && { unanswered: others }) }
    })
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
