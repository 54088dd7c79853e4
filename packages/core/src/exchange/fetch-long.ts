import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'

import type { CoreFault } from '../fault/core-fault'
import { isBusy, whyOf } from './broken-try'
import { askedWait, backOff, RETRY_PACE } from './retry-pace'
import type { ServiceClientEnv } from './service-client-env'
import type { ServiceName, ServiceRequest, ServiceResponse } from './service-transport'

/** A long document that arrives in pieces. */
export interface LongFetch {
  readonly service: ServiceName
  /** Made anew for each try, so that it asks for what is still missing. */
  readonly request: () => ServiceRequest
  /**
   * Takes an answer in. @returns `Done`; or why to ask again, and whether this try brought anything: then the count of failures
   * begins anew. What it rejects with counts as a broken connection.
   */
  readonly read: (response: ServiceResponse) => Promise<LongTry>
  /** Whether anything arrived since the last look; asked where the connection broke. */
  readonly moved: () => boolean
  readonly signal: AbortSignal
}

/** What one try at a long document came to. */
export type LongTry =
  | { readonly type: 'Done' }
  | { readonly type: 'Again'; readonly why: string }
  | { readonly type: 'Failed'; readonly fault: CoreFault }

/** A connection that brings nothing for a while is broken: unlike one request, a long document may take any time in all. */
const watched = async (
  { transport, pace = RETRY_PACE }: ServiceClientEnv,
  { request, read, signal }: LongFetch
): Promise<LongTry & { readonly wait?: number | undefined }> => {
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), pace.timeout)
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), pace.timeout)
  }
  try {
    const response = await transport.send(request(), AbortSignal.any([signal, stalled.signal]))
    if (!isBusy(response)) return await read({ ...response, body: noticed(response.body, alive) })
    response.cancel()
    return { type: 'Again', why: `status ${response.status}`, wait: askedWait(pace, response.header('retry-after')) }
  } catch (error) {
    return { type: 'Again', why: whyOf(error) }
  } finally {
    clearTimeout(timer)
  }
}

async function* noticed(body: AsyncIterable<Uint8Array>, notice: () => void): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    notice()
    yield part
  }
}

/** See `ServiceClient.fetchLong`. */
export const fetchLong =
  (env: ServiceClientEnv) =>
  (fetch: LongFetch): TE.TaskEither<CoreFault, void> =>
    async () => {
      const { pace = RETRY_PACE, random, wait } = env
      const { service, signal, moved } = fetch
      for (let failed = 1; ; failed++) {
        const result = await watched(env, fetch)
        if (result.type === 'Done') return E.right(undefined)
        if (result.type === 'Failed') return E.left(result.fault)
        if (moved()) failed = 1
        if (failed >= pace.tries || signal.aborted) return E.left({ type: 'ServiceUnavailable', service, why: result.why })
        await wait(result.wait ?? backOff(pace, failed, random), signal)
      }
    }
