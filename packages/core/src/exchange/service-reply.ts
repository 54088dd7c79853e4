import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { EncodedDigest, ShortText, wholeNumber } from '../license/document-values'
import { Timestamp } from '../license/timestamp'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import type { SignedFault } from '../signed/signed-fault'
import { verifyDocument } from '../signed/verify-document'

/** The JWS `typ` of replies. */
export const REPLY_TYP = 'custody-reply+1'
/** Largest reply in characters. */
export const MAX_REPLY = 4 * 1024 * 1024

/** A refusal of a service, in the place of a body. */
export const ServiceRefusal = exactly(
  t.intersection(
    [
      t.type({
        /** A tag of docs/reference/protocols.md, section 11. */
        reason: ShortText,
        /** One line for a person, without secrets. */
        text: ShortText,
      }),
      t.partial({ url: ShortText }),
    ],
    'refusal of a service'
  )
)
export type ServiceRefusal = Readonly<t.TypeOf<typeof ServiceRefusal>>

const Envelope = {
  v: t.literal(1),
  /** The request that is answered, see `requestDigest`. */
  request: EncodedDigest,
  at: Timestamp,
  status: wholeNumber(100, 599),
}

const Refused = exactly(t.type({ ...Envelope, refusal: ServiceRefusal }, 'refusing reply'))

/** A reply that was believed. */
export type Reply<A> =
  | { readonly type: 'Answer'; readonly at: Timestamp; readonly body: A; readonly jws: string }
  | { readonly type: 'Refusal'; readonly at: Timestamp; readonly status: number; readonly refusal: ServiceRefusal }

/** Whether the reply answers the request that was sent. */
type ReplyFault = SignedFault | { readonly type: 'ReplyToAnother' }

const replyCodecs = new WeakMap<t.Mixed, t.Mixed>()

/** Either kind of reply, as it is decoded. */
interface DecodedReply<A> {
  readonly request: string
  readonly at: Timestamp
  readonly status: number
  readonly body?: A
  readonly refusal?: ServiceRefusal
}

const replyCodec = <A>(body: t.Type<A, unknown>): t.Type<DecodedReply<A>> => {
  const known = replyCodecs.get(body)
  const made = known ?? t.union([exactly(t.type({ ...Envelope, body }, 'answering reply')), Refused], 'reply')
  replyCodecs.set(body, made)
  return made as never
}

/** Signs an answer. */
export const signAnswer = (key: KeyObject, kid: string, request: string, at: Timestamp, body: unknown): string =>
  signDocument(key, { typ: REPLY_TYP, kid }, { v: 1, request, at, status: 200, body })

/** Signs a refusal. */
export const signRefusal = (
  key: KeyObject,
  kid: string,
  reply: { readonly request: string; readonly at: Timestamp; readonly status: number; readonly refusal: ServiceRefusal }
): string => signDocument(key, { typ: REPLY_TYP, kid }, { v: 1, ...reply })

/**
 * Believes a reply on the word of a service's key, if it answers this request.
 *
 * @param body codec of an answer's body, by which members that it does not name are refused.
 */
export const acceptReply = <A>(
  keyFor: (kid: string) => KeyObject | undefined,
  request: string,
  body: t.Type<A, unknown>,
  jws: string
): E.Either<ReplyFault, Reply<A>> => {
  const verified = verifyDocument({ typ: REPLY_TYP, codec: replyCodec(body), keyFor, limit: MAX_REPLY }, jws)
  if (E.isLeft(verified)) return verified
  const { payload } = verified.right
  if (payload.request !== request) return E.left({ type: 'ReplyToAnother' })
  const { at, status } = payload
  return payload.refusal === undefined
    ? E.right({ type: 'Answer', at, body: payload.body as A, jws })
    : E.right({ type: 'Refusal', at, status, refusal: payload.refusal })
}
