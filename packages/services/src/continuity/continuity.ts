import { b64u } from '@custody/core/encoding'
import { newEvent, type RecordedEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { foldStream } from '@custody/core/home'
import type { Random } from '@custody/core/random'
import type { EventStore, StreamAppend } from '@custody/core/store'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { CONTINUITY_EVENTS, ContinuityGiven, continuityStream } from './continuity-event'

/** What a service knows of a computer's history. */
export interface ContinuityState {
  readonly current: { readonly token: string; readonly idem: string } | undefined
  /** The token before, which a computer shows that has not got the newest reply. */
  readonly before: string | undefined
}

/** A computer that the service has never met. */
export const initial: ContinuityState = { current: undefined, before: undefined }

/** The state after one more event. */
export const evolve = (
  { current }: ContinuityState,
  { data }: RecordedEvent<(typeof CONTINUITY_EVENTS)[number]>
): ContinuityState => ({ current: data, before: data.shown === undefined ? current?.token : (data.shown ?? undefined) })

/** What a token says: that the history goes on, or that a copy or an older image of the computer speaks. */
export type Continuity =
  | {
      readonly type: 'Continues'
      /** To be expected of the stream when {@link nextContinuity} is appended. */
      readonly revision: number
      /** The token that this very request was answered with before; its repeat is answered with the same. */
      readonly given: string | undefined
    }
  | { readonly type: 'DeviceCloned' }

/**
 * Whether a token continues the history. The current one does, and so does none before the first one was given. The one before,
 * or none, continues it for the request alone whose reply carried the current one, and for one that names that request as
 * unanswered, which no copy from before it can: that reply was lost.
 */
export const continues = (
  { current, before }: ContinuityState,
  token: string | undefined,
  idem: string,
  unanswered: ReadonlyArray<string> = []
): boolean =>
  current === undefined
    ? token === undefined
    : token === current.token || (token === before && [idem, ...unanswered].includes(current.idem))

/**
 * Holds the token of an opening against those that were given.
 *
 * @param mid the computer. @param token what the request shows. @param idem key of the request. @param unanswered keys of the
 * requests before it that the computer got no answer to.
 * @errors those of the store.
 */
export const checkContinuity =
  (store: EventStore) =>
  (
    mid: string,
    token: string | undefined,
    idem: string,
    unanswered?: ReadonlyArray<string>
  ): TE.TaskEither<CoreFault, Continuity> =>
    pipe(
      foldStream(store, continuityStream(mid), { definitions: CONTINUITY_EVENTS, initial, evolve }),
      TE.map(({ state, revision }): Continuity => {
        const given = state.current?.idem === idem ? state.current.token : undefined
        return continues(state, token, idem, unanswered) ? { type: 'Continues', revision, given } : { type: 'DeviceCloned' }
      })
    )

/**
 * The token for the repeat of a request that was answered before: a computer that shows the newest one has gone on meanwhile and
 * keeps it.
 *
 * @param answered the token of the first answer. @errors those of the store.
 */
export const repeatedContinuity =
  (store: EventStore) =>
  (mid: string, token: string | undefined, answered: string): TE.TaskEither<CoreFault, string> =>
    pipe(
      foldStream(store, continuityStream(mid), { definitions: CONTINUITY_EVENTS, initial, evolve }),
      TE.map(({ state: { current } }) => (current !== undefined && current.token === token ? token : answered))
    )

/** A fresh token with what keeps it. */
export interface NextContinuity {
  readonly token: string
  /** To go into the append that the reply rests on. A conflict means that another request of this computer was faster: check anew. */
  readonly append: StreamAppend
}

const TOKEN_LENGTH = 16

/** The token that the reply to a request carries. @param revision from {@link checkContinuity}. @param shown what the request shows. */
export const nextContinuity = (random: Random, mid: string, idem: string, revision: number, shown?: string | null): NextContinuity => {
  const token = b64u(random.bytes(TOKEN_LENGTH))
  const events = [newEvent(ContinuityGiven, { token, idem, ...(shown !== undefined && { shown }) })]
  return { token, append: { stream: continuityStream(mid), expectedRevision: revision, events } }
}
