import * as TE from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'
import { map } from 'rxjs/operators'

import type { LogRecord } from '../../event/log-record'
import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import type { AppendRequest, EventStore } from '../event-store'
import type { LogAccess } from '../log-access'
import { type AppendEnv, appendWithin } from './append'
import { eventOf, readCheckedHead, readHead, readRevision, recordsByPosition, recordsByStream } from './log-table'
import { PAGE, paged } from './paged'
import { catchUp, findRows, modelPosition } from './read-model-table'
import type { Sql } from './sql'
import { attempt } from './sqlite-fault'
import { findState } from './state-table'
import { transaction } from './transaction'

/** The event store in one SQLite file, with the log's stored bytes. */
export interface SqliteStore extends EventStore, LogAccess {}

/** The store over an open connection to a file with the right tables. */
export const sqliteStore = (connection: Sql, place: string, env: AppendEnv): SqliteStore => {
  let open = true
  const sql = (): Sql => {
    if (!open) throw new CoreError({ type: 'StoreUnavailable', place, code: 'CLOSED' })
    return connection
  }
  const task =
    <A>(work: () => A): TE.TaskEither<StoreFault, A> =>
    TE.fromIOEither(() => attempt(place, work))
  const records = (after = 0): Observable<LogRecord> => logPages(place, sql, after)
  return {
    append: (request) => task(() => append(sql(), env, request)),
    read: (stream, from = 1) => streamPages(place, sql, stream, from).pipe(map(eventOf)),
    readAll: (after) => records(after).pipe(map(eventOf)),
    lookUp: (model, key) => task(() => lookUp(sql(), env, model, key)),
    state: (space, key) => task(() => findState(sql(), space, key)),
    head: () => task(() => readCheckedHead(sql())),
    records,
    close: () => {
      if (open) connection.close()
      open = false
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
  attempt('', () => sql.all('PRAGMA wal_checkpoint(TRUNCATE)'))
}

const lookUp = (sql: Sql, env: AppendEnv, model: string, key: string) => {
  const projection = env.projections.find((candidate) => candidate.model === model)
  if (projection === undefined) throw new RangeError(`no projection for read model ${model}`)
  if (modelPosition(sql, model) < readHead(sql).position) {
    transaction(sql, () => catchUp(sql, projection, readHead(sql).position))
  }
  return findRows(sql, model, key)
}

const logPages = (place: string, sql: () => Sql, after: number): Observable<LogRecord> =>
  paged(place, after, () => {
    const last = readHead(sql()).position
    return {
      after: (position) => recordsByPosition(sql(), position, last, PAGE),
      placeOf: ({ position }) => position,
    }
  })

const streamPages = (place: string, sql: () => Sql, stream: string, from: number): Observable<LogRecord> =>
  paged(place, from - 1, () => {
    const last = readRevision(sql(), stream)
    return {
      after: (revision) => recordsByStream(sql(), stream, revision, last, PAGE),
      placeOf: ({ revision }) => revision,
    }
  })
