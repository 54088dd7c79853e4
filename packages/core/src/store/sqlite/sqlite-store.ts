import * as TE from 'fp-ts/TaskEither'
import { merge, type Observable, Subject } from 'rxjs'
import { map } from 'rxjs/operators'

import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import type { AppendEnv } from '../append-env'
import type { AppendRequest, EventStore, ReadModelRow } from '../event-store'
import { eventsByStream } from '../events-by-stream'
import { followLog } from '../follow-log'
import type { LogAccess } from '../log-access'
import { projectionOf } from '../model-changes'
import { eventOf, optionalEventOf } from '../record-of'
import { appendWithin } from './append'
import { changedByOthers } from './changed-by-others'
import { readCheckedHead, readPosition, recordById, recordsByStreams } from './log-table'
import { catchUp, findAllRows, findRows, lags } from './read-model-table'
import type { RowsByKey } from '../stored-rows'
import { selfCheck } from './self-check'
import type { Sql } from './sql'
import { attempt } from './sqlite-fault'
import { findState, findStates } from './state-table'
import { keyPages, logPages, modelPages, statePages, streamPages } from './store-pages'
import { transaction } from './transaction'

/** The event store in one SQLite file, with the log's stored bytes. */
export interface SqliteStore extends EventStore, LogAccess {}

/** What a store on SQLite works with. */
export interface SqliteStoreEnv extends AppendEnv {
  /** How often `follow` looks for what other processes stored; 250 where nothing is said. */
  readonly followEveryMilliseconds?: number
}

/** The store over an open connection to a file with the right tables. */
export const sqliteStore = (connection: Sql, place: string, env: SqliteStoreEnv): SqliteStore => {
  let open = true
  const sql = (): Sql => {
    if (!open) throw new CoreError({ type: 'StoreUnavailable', place, code: 'CLOSED' })
    return connection
  }
  const task =
    <A>(work: () => A): TE.TaskEither<StoreFault, A> =>
    TE.fromIOEither(() => attempt(place, work))
  const records = (after = 0): Observable<LogRecord> => logPages(place, sql, after)
  const readAll = (after?: number): Observable<StoredEvent> => records(after).pipe(map(eventOf))
  const stored$ = new Subject<void>()
  const head = task(() => readCheckedHead(sql()))
  return {
    append: (request) =>
      task(() => {
        const events = append(sql(), env, request)
        stored$.next()
        return events
      }),
    read: (stream, from = 1) => streamPages(place, sql, stream, from).pipe(map(eventOf)),
    readMany: (streams) => task(() => eventsByStream(streams, recordsByStreams(sql(), streams))),
    readAll,
    follow: followLog(readAll, merge(stored$, changedByOthers(place, sql, env.followEveryMilliseconds))),
    event: (id) => task(() => optionalEventOf(recordById(sql(), id))),
    lookUp: (model, key) => task(() => lookUp(sql(), env, model, key)),
    lookUpAll: (model, keys) => task(() => lookUpAll(sql(), env, model, keys)),
    scan: (model, key) => keyPages(place, () => upToDate(sql(), env, model), model, key),
    state: (space, key) => task(() => findState(sql(), space, key)),
    states: (space, keys) => task(() => findStates(sql(), space, keys)),
    head: () => head,
    records,
    selfCheck: () => selfCheck(place, sql),
    modelRows: (model) => modelPages(place, sql, model),
    stateRows: (space) => statePages(place, sql, space),
    close: () => {
      if (open) connection.close()
      open = false
      stored$.next()
    },
  }
}

const append = (sql: Sql, env: AppendEnv, request: AppendRequest) => {
  const events = transaction(sql, () => appendWithin(sql, env, request))
  if (request.state?.some(({ value }) => value === null) === true) forgetWrittenPages(sql)
  return events
}

/** Empties the write-ahead log, where deleted values survive. The append is stored by then, and no failure here undoes it. */
const forgetWrittenPages = (sql: Sql): void => {
  attempt('', () => sql.rows('PRAGMA wal_checkpoint(TRUNCATE)'))
}

const lookUp = (sql: Sql, env: AppendEnv, model: string, key: string): ReadonlyArray<ReadModelRow> => {
  projectionOf(env.projections, model)
  return findRows(sql, model, key) ?? findRows(upToDate(sql, env, model), model, key) ?? []
}

const lookUpAll = (sql: Sql, env: AppendEnv, model: string, keys: ReadonlyArray<string>): RowsByKey => {
  projectionOf(env.projections, model)
  return findAllRows(sql, model, keys) ?? findAllRows(upToDate(sql, env, model), model, keys) ?? new Map()
}

/** The connection, after the model has seen the whole log. */
const upToDate = (sql: Sql, env: AppendEnv, model: string): Sql => {
  const projection = projectionOf(env.projections, model)
  if (lags(sql, projection, readPosition(sql))) {
    transaction(sql, () => catchUp(sql, [projection], readPosition(sql)))
  }
  return sql
}
