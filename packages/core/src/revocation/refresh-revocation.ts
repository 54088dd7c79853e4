import * as E from 'fp-ts/Either'
import * as t from 'io-ts'
import type { Observable } from 'rxjs'

import { newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { uuidV7 } from '../event/uuid-v7'
import type { ServiceClient } from '../exchange/service-client'
import type { ServiceName } from '../exchange/service-transport'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import { boundedList } from '../license/document-values'
import { record, runProcess, type ProcessContext, type ProcessEnv } from '../process/run-process'
import { exactly } from '../signed/exactly'
import { parseJson } from '../signed/signed-header'
import { REFRESH_STREAM, RevocationRefreshBegun, RevocationRefreshEnded, RevocationRefreshFailed, type RefreshBy } from './refresh-event'
import { informationVersion } from './revocation-state'
import { storeRevocationData } from './store-revocation-data'
import { revocationState } from './stored-revocation'

/** Where the newest revocation data is fetched: {@link RevocationReply} as JSON. */
export const REVOCATION_PATH = '/v1/revocation'

const MAX_REPLY = 16 * 1024 * 1024
const MOST_LISTS = 16
const MOST_CERTIFICATES = 16

/** All revocation data that is in force, each document signed by itself. */
export const RevocationReply = exactly(
  t.type(
    {
      /** JWS of revocation information. */
      information: t.string,
      /** JWS of each list. */
      lists: boundedList(t.string, MOST_LISTS),
      /** Certificates of list keys, compact JWS. */
      certificates: boundedList(t.string, MOST_CERTIFICATES),
    },
    'revocation data of a service'
  )
)

/** What refreshes work with. */
export interface RefreshRevocationEnv extends ProcessEnv {
  readonly client: ServiceClient
  /** Which service the client is of. */
  readonly service: ServiceName
}

/** Which refresh is wanted. */
export interface RefreshRevocation {
  readonly by: RefreshBy
  /** Id of the operation, which all events carry; made when left out. */
  readonly operation?: string
}

const fetched = async ({ client, service }: RefreshRevocationEnv, signal: AbortSignal) => {
  const bytes = await runTask(client.fetch(service, REVOCATION_PATH, MAX_REPLY, signal))
  const reply = parseJson(new TextDecoder('latin1').decode(bytes))
  if (E.isLeft(reply) || !RevocationReply.is(reply.right)) {
    throw new CoreError({ type: 'ReplyInvalid', service, why: 'no revocation data' })
  }
  return reply.right
}

/** Lists before the information that names them, so that no moment lacks a list that is demanded. */
const refresh = async (env: RefreshRevocationEnv, home: Home, signal: AbortSignal): Promise<void> => {
  if (home.authorityRoot === undefined) throw new CoreError({ type: 'AuthorityUnknown' })
  const { information, lists, certificates } = await fetched(env, signal)
  for (const document of [...lists, information]) {
    if (signal.aborted) throw new CoreError({ type: 'ServiceUnavailable', service: env.service, why: 'cancelled' })
    await runTask(storeRevocationData(home)(document, certificates))
  }
}

const refreshing = async (env: RefreshRevocationEnv, { by, operation: given }: RefreshRevocation, context: ProcessContext) => {
  const { home, cancelled } = context
  const operation = given ?? uuidV7(home.clock, home.random)
  const abort = new AbortController()
  const listening = cancelled.subscribe(() => abort.abort())
  await record(context, REFRESH_STREAM, operation, newEvent(RevocationRefreshBegun, { operation, by }))
  try {
    await refresh(env, home, abort.signal)
    const version = informationVersion(await runTask(revocationState(home)))
    await record(context, REFRESH_STREAM, operation, newEvent(RevocationRefreshEnded, { operation, version: version }))
  } catch (error) {
    if (!(error instanceof CoreError)) throw error
    const fault = abort.signal.aborted ? 'Cancelled' : error.fault.type
    await record(context, REFRESH_STREAM, operation, newEvent(RevocationRefreshFailed, { operation, fault }))
  } finally {
    listening.unsubscribe()
  }
}

/**
 * Fetches all revocation data that a service has and stores what is newer (flag 0x2 of IN-7, RV-6). Only public documents come,
 * and nothing of the home goes out, so no consent is asked; who asked is recorded. Documents that were stored before a fault
 * stay, each is in force by itself.
 *
 * Ends with exactly one of `RevocationRefreshEnded` and `RevocationRefreshFailed`; the error channel carries `CoreError` of the
 * store.
 */
export const refreshRevocation =
  (env: RefreshRevocationEnv) =>
  (request: RefreshRevocation): Observable<StoredEvent> =>
    runProcess(env, (context) => refreshing(env, request, context))
