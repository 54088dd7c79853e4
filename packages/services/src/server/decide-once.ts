import { b64u, canonicalJson, sha256, utf8 } from '@custody/core/encoding'
import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { foldStream, retryConflict } from '@custody/core/home'
import type { AppendRequest, EventStore } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import type * as t from 'io-ts'

import { REQUEST_EVENTS, RequestDecided, requestStream } from './request-event'
import { refuse, type BelievedRequest, type Refusal } from './service-route'

/** A verdict with what has to be stored together with it. */
export interface Decision<V> extends Pick<AppendRequest, 'appends' | 'state' | 'expects'> {
  /** JSON without secrets: it stays in the log. */
  readonly verdict: V
}

/** What became of a request. */
export type Decided<V> = Refusal | { readonly type: 'Decided'; readonly verdict: V; readonly repeated: boolean }

interface Known {
  readonly content: string
  readonly verdict: unknown
}

const CONFLICT = 409

const known = (store: EventStore, stream: string) =>
  foldStream<(typeof REQUEST_EVENTS)[number], Known | undefined>(store, stream, {
    definitions: REQUEST_EVENTS,
    initial: undefined,
    evolve: (_, { data }) => data,
  })

const repeat = <V>(codec: t.Type<V, unknown>, content: string, before: Known): Decided<V> => {
  if (before.content !== content) {
    return refuse(CONFLICT, 'IdempotencyConflict', 'This key was used for another request.')
  }
  const verdict = codec.decode(before.verdict)
  if (E.isLeft(verdict)) throw new TypeError('a stored verdict is of another kind')
  return { type: 'Decided', verdict: verdict.right, repeated: true }
}

/** Digest of a body without the members that are made anew for each nonce. Throws for a body that is no JSON. */
export const contentDigest = (body: object, ...without: ReadonlyArray<string>): string => {
  const json = canonicalJson(Object.fromEntries(Object.entries(body).filter(([name]) => !without.includes(name))))
  if (E.isLeft(json)) throw new TypeError('a body is JSON')
  return b64u(sha256(utf8(json.right)))
}

/**
 * Decides a request once for its computer and idempotency key, in one append; a repeat gets the same verdict, and the same key
 * with another body is refused. A conflict of any stream or model has it decided anew.
 *
 * @param decide a refusal is not stored, so that a repeat is decided anew.
 * @param content digest of what a repeat has in common with the first try; the body's, where it is not made anew for each nonce.
 * @errors those of the store and of `decide`.
 */
export const decideOnce = <V>(
  store: EventStore,
  { mid, proof: { idem, bodySha256 } }: Pick<BelievedRequest<unknown>, 'mid' | 'proof'>,
  codec: t.Type<V, unknown>,
  decide: TE.TaskEither<CoreFault, Decision<V> | Refusal>,
  content: string = bodySha256
): TE.TaskEither<CoreFault, Decided<V>> => {
  const stream = requestStream(mid, idem)
  return retryConflict(
    pipe(
      known(store, stream),
      TE.flatMap(({ state }) => {
        if (state !== undefined) return TE.right(repeat(codec, content, state))
        return pipe(
          decide,
          TE.flatMap((decision): TE.TaskEither<CoreFault, Decided<V>> => {
            if ('type' in decision) return TE.right(decision)
            const { verdict, appends, ...rest } = decision
            const event = newEvent(RequestDecided, { mid, idem, content, verdict: codec.encode(verdict) })
            return pipe(
              store.append({ ...rest, appends: [{ stream, expectedRevision: 0, events: [event] }, ...appends], correlation: idem }),
              TE.mapLeft((fault): CoreFault => fault),
              TE.map(() => ({ type: 'Decided', verdict, repeated: false }))
            )
          })
        )
      })
    )
  )
}
