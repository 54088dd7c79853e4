import { signAnswer, signRefusal } from '@custody/core/exchange'
import type { CoreFault } from '@custody/core/fault'
import { timestampFromMicros } from '@custody/core/license'
import * as E from 'fp-ts/Either'

import type { Authority } from '../authority/authority'
import { refuse, serviceKeyUse, type Answer, type AnySignedRoute } from './service-route'
import type { TokenBuckets } from './token-bucket'
import { formOf, verifyRequest, type IncomingRequest } from './verify-request'

/** What a request came to. */
export interface Outcome {
  readonly status: number
  /** Signed reply; without one the status is all that is said. */
  readonly jws?: string
  /** Tag of a refusal or fault, for log and figures. */
  readonly reason?: string
  /** The computer, once its signature was verified. */
  readonly mid?: string
  /** Seconds after which to come again. */
  readonly retryAfter?: number
}

const OK = 200
const BAD_REQUEST = 400
const TOO_MANY = 429
const FAILED = 500
const AWAY = 503
const RETRY_SECONDS = 1

/** Faults that pass: another process has the log, or its place is full or away. */
const PASSING: ReadonlySet<CoreFault['type']> = new Set([
  'StoreLocked',
  'StoreUnavailable',
  'DiskFull',
  'RevisionConflict',
  'ModelConflict',
])

/** Nothing of a fault but its tag leaves the service. */
export const faultOutcome = ({ type }: CoreFault): Outcome =>
  PASSING.has(type) ? { status: AWAY, reason: type, retryAfter: RETRY_SECONDS } : { status: FAILED, reason: type }

const signed = (authority: Authority, { service }: AnySignedRoute, request: string, answer: Answer): Outcome => {
  const { kid, key } = authority.key(serviceKeyUse[service])
  const at = timestampFromMicros(authority.clock.now())
  if (answer.type === 'Answer') return { status: OK, jws: signAnswer(key, kid, request, at, answer.body) }
  const { status, refusal } = answer
  return { status, reason: refusal.reason, jws: signRefusal(key, kid, { request, at, status, refusal }) }
}

/**
 * Answers a request of a signed route: verified, within its computer's rate, then handled. Everything that has the form of a
 * request gets a signed reply, but for faults, which pass.
 */
export const answerSigned = async (
  authority: Authority,
  route: AnySignedRoute,
  buckets: TokenBuckets,
  request: IncomingRequest
): Promise<Outcome> => {
  const formed = formOf(route, request)
  if (formed === undefined) return { status: BAD_REQUEST, reason: 'RequestMalformed' }
  const verified = await verifyRequest(authority, route, request, formed)()
  if (E.isLeft(verified)) {
    return verified.left.type === 'Refusal' ? signed(authority, route, formed.request, verified.left) : faultOutcome(verified.left)
  }
  const { signer, proof } = verified.right
  const { mid } = signer
  const wait = buckets(mid)
  if (wait > 0) {
    const limited = refuse(TOO_MANY, 'RateLimited', 'Too many requests of this computer; try again later.')
    return { ...signed(authority, route, formed.request, limited), mid, retryAfter: wait }
  }
  const answered = await formed.opened.handle(signer, proof)()
  return { ...(E.isLeft(answered) ? faultOutcome(answered.left) : signed(authority, route, formed.request, answered.right)), mid }
}
