import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import type * as t from 'io-ts'

import type { CoreFault, ServiceFault } from '../fault/core-fault'
import { timestampFromMicros, type Timestamp } from '../license/timestamp'
import { isBusy, whyOf } from './broken-try'
import { fetchLong, type LongFetch } from './fetch-long'
import { readBody } from './read-body'
import { audience, bodyDigest, NONCE_HEADER, proveRequest, REQUEST_HEADER, requestDigest } from './request-proof'
import { askedWait, backOff, RETRY_PACE } from './retry-pace'
import type { ServiceClientEnv } from './service-client-env'
import { acceptReply, MAX_REPLY, type Reply, type ServiceRefusal } from './service-reply'
import type { ServiceName, ServiceRequest, ServiceResponse } from './service-transport'

/** A request whose reply is signed. */
export interface ServiceCall<A> {
  readonly service: ServiceName
  /** Name of the authority: thumbprint of its root. */
  readonly authority: string
  /** The device's signing key. */
  readonly signing: KeyObject
  readonly path: string
  /** JSON in UTF-8. Made anew for each nonce where it proves possession of another key. */
  readonly body: (nonce: string) => Uint8Array
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
   * @errors `ServiceUnavailable`, `ReplyInvalid`, `ReplyTooLarge`, `ServiceRefused`.
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

/** What one try came to. */
type Try<A> =
  | { readonly type: 'Done'; readonly value: A }
  | { readonly type: 'Again'; readonly why: string; readonly wait: number | undefined }
  | { readonly type: 'Failed'; readonly fault: ServiceFault }

const OK = 200
const NONCE_REQUIRED = 'NonceRequired'
/** A nonce that lapses on the way is asked for once more; a service that never takes its own nonces is broken. */
const MOST_NONCES = 4

const refused = (service: ServiceName, { reason, text, url }: ServiceRefusal): ServiceFault => ({
  type: 'ServiceRefused',
  service,
  reason,
  text,
  url: url ?? null,
})

/** One attempt under its own time limit, which ends with the caller's signal too. */
const attempt = async <A>(
  { transport, pace = RETRY_PACE }: ServiceClientEnv,
  request: ServiceRequest,
  signal: AbortSignal,
  read: (response: ServiceResponse) => Promise<Try<A>>
): Promise<Try<A>> => {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(pace.timeout)])
  try {
    const response = await transport.send(request, limit)
    if (!isBusy(response) || response.header(NONCE_HEADER) !== undefined) return await read(response)
    response.cancel()
    return { type: 'Again', why: `status ${response.status}`, wait: askedWait(pace, response.header('retry-after')) }
  } catch (error) {
    return { type: 'Again', why: whyOf(error), wait: undefined }
  }
}

const untilDone = async <A>(
  env: ServiceClientEnv,
  service: ServiceName,
  signal: AbortSignal,
  tryOnce: () => Promise<Try<A>>
): Promise<E.Either<CoreFault, A>> => {
  const { pace = RETRY_PACE, random, wait } = env
  for (let failed = 1; ; failed++) {
    const result = await tryOnce()
    if (result.type === 'Done') return E.right(result.value)
    if (result.type === 'Failed') return E.left(result.fault)
    if (failed >= pace.tries || signal.aborted) return E.left({ type: 'ServiceUnavailable', service, why: result.why })
    await wait(result.wait ?? backOff(pace, failed, random), signal)
  }
}

const readReply = async <A>(
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
  return isBusy(response)
    ? { type: 'Again', why: `status ${response.status}`, wait: undefined }
    : { type: 'Failed', fault: { type: 'ReplyInvalid', service, why: reply.left.type } }
}

/** Makes a client of one service. */
export const serviceClient = (env: ServiceClientEnv): ServiceClient => {
  const { transport, clock } = env
  let nonce = ''
  const noting = <A>(read: (response: ServiceResponse) => Promise<Try<A>>) => (response: ServiceResponse): Promise<Try<A>> => {
    nonce = response.header(NONCE_HEADER) ?? nonce
    return read(response)
  }
  const once = <A>(call: ServiceCall<A>): Promise<Try<Reply<A>>> => {
    const { service, authority, signing, path, idem, signal } = call
    const body = call.body(nonce)
    const at = timestampFromMicros(clock.now())
    const proof = proveRequest(signing, {
      v: 1,
      aud: audience(authority, service),
      method: 'POST',
      path,
      nonce,
      idem,
      at,
      bodySha256: bodyDigest(body),
    })
    const headers = { [REQUEST_HEADER]: proof, 'content-type': 'application/json' }
    return attempt(env, { method: 'POST', path, headers, body }, signal, noting((response) => readReply(call, proof, response)))
  }
  const call = <A>(request: ServiceCall<A>): TE.TaskEither<CoreFault, ServiceAnswer<A>> =>
    async () => {
      const { service, signal } = request
      for (let nonces = 1; ; nonces++) {
        const reply = await untilDone(env, service, signal, () => once(request))
        if (E.isLeft(reply)) return reply
        if (reply.right.type === 'Answer') return E.right(reply.right)
        const { refusal } = reply.right
        if (refusal.reason !== NONCE_REQUIRED || nonces >= MOST_NONCES) return E.left(refused(service, refusal))
      }
    }
  const fetch: ServiceClient['fetch'] = (service, path, limit, signal) => () =>
    untilDone(env, service, signal, () =>
      attempt(
        env,
        { method: 'GET', path, headers: {} },
        signal,
        noting(async (response): Promise<Try<Uint8Array>> => {
          if (response.status !== OK) {
            response.cancel()
            return isBusy(response)
              ? { type: 'Again', why: `status ${response.status}`, wait: undefined }
              : { type: 'Failed', fault: { type: 'ReplyInvalid', service, why: `status ${response.status}` } }
          }
          const bytes = await readBody(response, limit)
          return bytes === undefined
            ? { type: 'Failed', fault: { type: 'ReplyTooLarge', service, limit } }
            : { type: 'Done', value: bytes }
        })
      )
    )
  return { place: transport.place, call, fetch, fetchLong: fetchLong(env) }
}
