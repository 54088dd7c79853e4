import * as E from 'fp-ts/Either'

import type { CoreFault, ServiceFault } from '../fault/core-fault'
import type { BadInput } from '../identity/bad-input'
import { isBusy, whyOf } from './broken-try'
import { NONCE_HEADER } from './request-proof'
import { askedWait, backOff, RETRY_PACE, type RetryPace } from './retry-pace'
import type { ServiceClientEnv } from './service-client-env'
import type { ServiceName, ServiceRequest, ServiceResponse } from './service-transport'

/** What one try came to. */
export type Try<A> =
  | { readonly type: 'Done'; readonly value: A }
  | { readonly type: 'Again'; readonly why: string; readonly wait: number | undefined }
  | { readonly type: 'Failed'; readonly fault: ServiceFault | BadInput }

/** Comes again when the service says, if it does. */
export const busy = (pace: RetryPace, response: ServiceResponse): Try<never> => ({
  type: 'Again',
  why: `status ${response.status}`,
  wait: askedWait(pace, response.header('retry-after')),
})

/** One attempt under its own time limit, which ends with the caller's signal too. */
export const attempt = async <A>(
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
    return busy(pace, response)
  } catch (error) {
    return { type: 'Again', why: whyOf(error), wait: undefined }
  }
}

/** Tries until there is an answer, as often and as patiently as the pace says. No try begins once the signal aborted. */
export const untilDone = async <A>(
  env: ServiceClientEnv,
  service: ServiceName,
  signal: AbortSignal,
  tryOnce: () => Promise<Try<A>>
): Promise<E.Either<CoreFault, A>> => {
  const { pace = RETRY_PACE, random, wait } = env
  const isOver = (): boolean => signal.aborted
  for (let failed = 1; ; failed++) {
    if (isOver()) return E.left({ type: 'ServiceUnavailable', service, why: 'cancelled' })
    const result = await tryOnce()
    if (result.type === 'Done') return E.right(result.value)
    if (result.type === 'Failed') return E.left(result.fault)
    if (failed >= pace.tries || isOver()) return E.left({ type: 'ServiceUnavailable', service, why: result.why })
    await wait(result.wait ?? backOff(pace, failed, random), signal)
  }
}
