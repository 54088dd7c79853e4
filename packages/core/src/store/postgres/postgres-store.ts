import type * as TE from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'
import { map } from 'rxjs/operators'

import { uuidV7 } from '../../event/uuid-v7'
import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import type { StoreFault } from '../../fault/core-fault'
import type { AppendEnv } from '../append-env'
import type { EventStore, Projection } from '../event-store'
import { eventsByStream } from '../events-by-stream'
import { followLog } from '../follow-log'
import type { LogAccess } from '../log-access'
import { projectionOf } from '../model-changes'
import { eventOf, optionalEventOf } from '../record-of'
import { appendWithin } from './append'
import { catchUpWithin } from './catch-up'
import { closable } from './closable'
import type { Connections } from './connection'
import { inTurn } from './in-turn'
import { readCheckedHead, recordById, recordsByStreams } from './log-table'
import { attempt } from './postgres-fault'
import { findAllRows, findRows, lags } from './read-model-table'
import { resumed } from './resumed'
import type { Transaction } from './sql'
import { selfCheck } from './self-check'
import { findState, findStates } from './state-table'
import { keyPages, logPages, modelPages, statePages, streamPages } from './store-pages'
import { outside, transaction } from './transaction'
import { tellOthers, wakeUps } from './wake-ups'

/** The event store in one schema of a PostgreSQL database, with the log's stored bytes. */
export interface PostgresStore extends EventStore, LogAccess {
  /** Refuses further calls at once. What is under way ends by itself: see {@link PostgresStore.ended}. */
  readonly close: () => void
  /** Resolves when the store was closed and its last connection is gone. */
  readonly ended: () => Promise<void>
}

/** What a store on PostgreSQL works with. */
export interface PostgresStoreEnv extends AppendEnv {
  /** How often `follow` looks by itself, should no notice of the server arrive; 1000 where nothing is said. */
  readonly followEveryMilliseconds?: number
}

/** The store over connections to a schema with the right tables. */
export const postgresStore = (connections: Connections, env: PostgresStoreEnv): PostgresStore => {
  const { place } = connections
  const { during, sql, stored$, closed$, waitFor, close, ended } = closable(connections)
  const task =
    <A>(work: () => Promise<A>): TE.TaskEither<StoreFault, A> =>
    () =>
      attempt(place, work)
  const turn = inTurn()
  const alone = <A>(work: (within: Transaction) => Promise<A>): Promise<A> => turn(() => transaction(connections, work))
  const ungated = outside(connections)
  const upToDate = async (projection: Projection): Promise<void> => {
    if (await lags(ungated, projection.model)) await alone((within) => catchUpWithin(within, projection))
  }
  const found = <A>(model: string, find: () => Promise<A | undefined>): Promise<A> =>
    during(async () => {
      const projection = projectionOf(env.projections, model)
      return untilFound(find, () => upToDate(projection))
    })
  const records = (after = 0): Observable<LogRecord> => logPages(place, sql, after)
  const readAll = (after?: number): Observable<StoredEvent> => records(after).pipe(map(eventOf))
  const others = { ...env, connections, self: uuidV7(env.clock, env.random), stored$, closed$, waitFor }
  tellOthers(others, ungated)
  return {
    append: (request) =>
      task(async () => {
        const events = await during(() => alone((within) => appendWithin(within, env, request)))
        stored$.next()
        return events
      }),
    read: (stream, from = 1) => streamPages(place, sql, stream, from).pipe(map(eventOf)),
    readMany: (streams) => task(async () => eventsByStream(streams, await recordsByStreams(sql, streams))),
    readAll,
    follow: followLog(resumed(readAll), wakeUps(others)),
    event: (id) => task(async () => optionalEventOf(await recordById(sql, id))),
    lookUp: (model, key) => task(() => found(model, () => findRows(ungated, model, key))),
    lookUpAll: (model, keys) => task(() => found(model, () => findAllRows(ungated, model, keys))),
    scan: (model, key) =>
      keyPages({ place, sql, upToDate: () => during(async () => upToDate(projectionOf(env.projections, model))) }, model, key),
    state: (space, key) => task(() => findState(sql, space, key)),
    states: (space, keys) => task(() => findStates(sql, space, keys)),
    head: () => task(() => readCheckedHead(sql)),
    records,
    selfCheck: () => selfCheck(sql, (work) => during(() => transaction(connections, work))),
    modelRows: (model) => modelPages(place, sql, model),
    stateRows: (space) => statePages(place, sql, space),
    close,
    ended,
  }
}

/** Asks until the model has seen the whole log. */
const untilFound = async <A>(find: () => Promise<A | undefined>, upToDate: () => Promise<void>): Promise<A> => {
  for (;;) {
    const found = await find()
    if (found !== undefined) return found
    await upToDate()
  }
}
