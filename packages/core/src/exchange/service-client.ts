import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import type { CoreFault, ServiceFault } from '../fault/core-fault'
import { badInput, type BadInput } from '../identity/bad-input'
import { timestampFromMicros, type Timestamp } from '../license/timestamp'
import { isBusy } from './broken-try'
import { fetchLong, type LongFetch } from './fetch-long'
import { readBody } from './read-body'
import { audience, bodyDigest, NONCE_HEADER, proveRequest, REQUEST_HEADER, requestDigest } from './request-proof'
import { RETRY_PACE, type RetryPace } from './retry-pace'
import type { ServiceClientEnv } from './service-client-env'
import { acceptReply, MAX_REPLY, type Reply, type ServiceRefusal } from './service-reply'
import { MAX_REQUEST, type ServiceName, type ServiceResponse } from './service-transport'
import { attempt, busy, untilDone, type Try } from './tries'

/** A request whose reply is signed. */
export interface ServiceCall<A> {
  readonly service: ServiceName
  /** Name of the authority: thumbprint of its root. */
  readonly authority: string
  /** The device's signing key. */
  readonly signing: KeyObject
  readonly path: string
  /** JSON in UTF-8. Made anew for each nonce where it proves possession of another key. A request without one is a `GET`. */
  readonly body?: (nonce: string) => Uint8Array
  /** What goes along beside the proof, names in lower case; they are not part of what is signed. */
  readonly headers?: Readonly<Record<string, string>>
  /** The same for every try, also after a restart of this program: so the request is carried out once. */
  readonly idem: string
  /** The keys by which the service signs. */
  readonly keyFor: (kid: string) => KeyObject | undefined
  readonly codec: t.Type<A, unknown>
  readonly signal: AbortSignal
}

/** A believed answer. */
export interface ServiceAnswer<A> {
  readonly body: A
  /** The service's time. */
  readonly at: Timestamp
  /** Whether `at` says anything of this computer's clock: of another clock, and half a minute old at most. */
  readonly vouches: boolean
  /** The whole signed reply. */
  readonly jws: string
}

/** A client of one service: remembers the nonce for its next request. */
export interface ServiceClient {
  readonly place: string
  /**
   * Sends a signed request until there is a signed reply. Broken connections, time-outs and unsigned answers of 429 and 5xx are
   * tried again, with growing waits; a signed refusal is final, but for `NonceRequired`.
   *
   * @errors `BadInput` for a body that no service takes, which is not sent; `ServiceUnavailable`, `ReplyInvalid`,
   * `ReplyTooLarge`, `ServiceRefused`.
   */
  readonly call: <A>(call: ServiceCall<A>) => TE.TaskEither<CoreFault, ServiceAnswer<A>>
  /**
   * Fetches a document that is signed by itself. Tried again like a call.
   *
   * @param limit in bytes.
   * @errors `ServiceUnavailable`, `ReplyInvalid` for a status other than 200, `ReplyTooLarge`.
   */
  readonly fetch: (service: ServiceName, path: string, limit: number, signal: AbortSignal) => TE.TaskEither<CoreFault, Uint8Array>
  /**
   * Fetches a long document over as many connections as it takes. It gives up after as many failures in a row as a call does,
   * and a connection that stands still for the time of one try is broken.
   *
   * @errors `ServiceUnavailable`, what `read` fails with.
   */
  readonly fetchLong: (fetch: LongFetch) => TE.TaskEither<CoreFault, void>
}

/** A believed reply with the microseconds from sending its request to its end. */
interface TimedReply<A> {
  readonly reply: Reply<A>
  readonly roundTrip: number
}

const OK = 200
const NONCE_REQUIRED = 'NonceRequired'
/** A nonce that lapses on the way is asked for once more; a service that never takes its own nonces is broken. */
const MOST_NONCES = 4
/** Longest round trip after which a signed time counts: 30 seconds, in microseconds. @source docs/reference/protocols.md, section 9 */
const MOST_ROUND_TRIP = 30 * 1_000_000

const refused = (service: ServiceName, { reason, text, url }: ServiceRefusal): ServiceFault => ({
  type: 'ServiceRefused',
  service,
  reason,
  text,
  url: url ?? null,
})

const tooLarge = (service: ServiceName, length: number): BadInput =>
  badInput(`request to the ${service} service`, `at most ${MAX_REQUEST} bytes`, `${length} bytes`)

const readReply = async <A>(
  pace: RetryPace,
  { service, keyFor, codec }: ServiceCall<A>,
  proof: string,
  response: ServiceResponse
): Promise<Try<Reply<A>>> => {
  const bytes = await readBody(response, MAX_REPLY)
  if (bytes === undefined) return { type: 'Failed', fault: { type: 'ReplyTooLarge', service, limit: MAX_REPLY } }
  const text = new TextDecoder('latin1').decode(bytes)
  const reply = acceptReply(keyFor, requestDigest(proof), codec, text)
  if (E.isRight(reply)) return { type: 'Done', value: reply.right }
  // What stands between may answer unsigned that the service is away; nothing else unsigned is taken.
  return isBusy(response) ? busy(pace, response) : { type: 'Failed', fault: { type: 'ReplyInvalid', service, why: reply.left.type } }
}

const readDocument =
  (pace: RetryPace, service: ServiceName, limit: number) =>
  async (response: ServiceResponse): Promise<Try<Uint8Array>> => {
    if (response.status !== OK) {
      response.cancel()
      return isBusy(response)
        ? busy(pace, response)
        : { type: 'Failed', fault: { type: 'ReplyInvalid', service, why: `status ${response.status}` } }
    }
    const bytes = await readBody(response, limit)
    return bytes === undefined
      ? { type: 'Failed', fault: { type: 'ReplyTooLarge', service, limit } }
      : { type: 'Done', value: bytes }
  }

/** Makes a client of one service. */
export const serviceClient = (env: ServiceClientEnv): ServiceClient => {
  const { transport, clock, pace = RETRY_PACE } = env
  let nonce = ''
  const noting = <A>(read: (response: ServiceResponse) => Promise<Try<A>>) => (response: ServiceResponse): Promise<Try<A>> => {
    nonce = response.header(NONCE_HEADER) ?? nonce
    return read(response)
  }
  const once = async <A>(call: ServiceCall<A>): Promise<Try<TimedReply<A>>> => {
    const { service, authority, signing, path, idem, signal, headers: more } = call
    const method = call.body === undefined ? 'GET' : 'POST'
    const body = call.body?.(nonce) ?? new Uint8Array()
    if (body.length > MAX_REQUEST) return { type: 'Failed', fault: tooLarge(service, body.length) }
    const sent = clock.now()
    const at = timestampFromMicros(sent)
    const proof = proveRequest(signing, {
      v: 1,
      aud: audience(authority, service),
      method,
      path,
      nonce,
      idem,
      at,
      bodySha256: bodyDigest(body),
    })
    const headers = { ...more, [REQUEST_HEADER]: proof, ...(method === 'POST' && { 'content-type': 'application/json' }) }
    const read = noting((response) => readReply(pace, call, proof, response))
    const result = await attempt(env, { method, path, headers, ...(method === 'POST' && { body }) }, signal, read)
    return result.type === 'Done' ? { type: 'Done', value: { reply: result.value, roundTrip: clock.now() - sent } } : result
  }
  const call = <A>(request: ServiceCall<A>): TE.TaskEither<CoreFault, ServiceAnswer<A>> =>
    async () => {
      const { service, signal } = request
      for (let nonces = 1; ; nonces++) {
        const timed = await untilDone(env, service, signal, () => once(request))
        if (E.isLeft(timed)) return timed
        const { reply, roundTrip } = timed.right
        if (reply.type === 'Answer') {
          const vouches = transport.sharesClock !== true && roundTrip >= 0 && roundTrip <= MOST_ROUND_TRIP
          return E.right({ body: reply.body, at: reply.at, jws: reply.jws, vouches })
        }
        const { refusal } = reply
        if (refusal.reason !== NONCE_REQUIRED || nonces >= MOST_NONCES) return E.left(refused(service, refusal))
      }
    }
  const fetch: ServiceClient['fetch'] = (service, path, limit, signal) => () =>
    untilDone(env, service, signal, () =>
      attempt(env, { method: 'GET', path, headers: {} }, signal, noting(readDocument(pace, service, limit)))
    )
  return { place: transport.place, call, fetch, fetchLong: fetchLong(env) }
}
