import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import { defer, from, merge, type Observable, Subject } from 'rxjs'
import { map } from 'rxjs/operators'

import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import type { AppendEnv } from '../append-env'
import { compareUtf8 } from '../compare-utf8'
import type { EventStore, ReadModelRow, StateChange } from '../event-store'
import { eventsByStream } from '../events-by-stream'
import { followLog } from '../follow-log'
import type { LogAccess, StateRow } from '../log-access'
import { projectionOf } from '../model-changes'
import { eventOf, optionalEventOf } from '../record-of'
import { appendWithin } from './append'
import { type MemoryLog, recordsOfStream } from './memory-log'
import { allRows, catchUp, findRows } from './memory-models'

/** The event store in memory, with the log's records as they are kept there. */
export interface MemoryStore extends EventStore, LogAccess {}

const PLACE = 'memory'

/**
 * A store on a log in memory: the same promises as on a file but that anything outlives the process. Any number of stores
 * may be opened on one log.
 */
export const openMemoryStore = (log: MemoryLog, env: AppendEnv): MemoryStore => {
  let open = true
  const closed$ = new Subject<void>()
  const opened = (): MemoryLog => {
    if (!open) throw new CoreError({ type: 'StoreUnavailable', place: PLACE, code: 'CLOSED' })
    return log
  }
  const upToDate = (model: string): MemoryLog => {
    catchUp(opened(), projectionOf(env.projections, model))
    return log
  }
  const records = (after = 0): Observable<LogRecord> => defer(() => from(opened().records.slice(after)))
  const readAll = (after?: number): Observable<StoredEvent> => records(after).pipe(map(eventOf))
  const head = task(() => opened().head)
  return {
    append: (request) =>
      task(() => {
        const events = appendWithin(opened(), env, request)
        log.stored$.next()
        return events
      }),
    read: (stream, revision) => defer(() => from(recordsOfStream(opened(), stream, revision))).pipe(map(eventOf)),
    event: (id) => task(() => optionalEventOf(opened().records.find((record) => record.id === id))),
    readMany: (streams) =>
      task(() => eventsByStream(streams, [...new Set(streams)].flatMap((stream) => recordsOfStream(opened(), stream)))),
    readAll,
    follow: followLog(readAll, merge(log.stored$, closed$)),
    lookUp: (model, key) => task(() => findRows(upToDate(model), model, key)),
    lookUpAll: (model, keys) =>
      task(() => {
        const current = upToDate(model)
        return new Map(keys.map((key) => [key, findRows(current, model, key)]))
      }),
    scan: (model, key) => defer((): Observable<ReadModelRow> => from(findRows(upToDate(model), model, key))),
    state: (space, key) => task(() => copied(opened().state.get(space)?.get(key))),
    states: (space, keys) => task(() => states(opened(), space, keys)),
    head: () => head,
    records,
    selfCheck: () => task(() => void opened()),
    modelRows: (model) => defer(() => from(allRows(opened(), model))),
    stateRows: (space) => defer(() => from(stateRows(opened(), space))),
    close: () => {
      open = false
      closed$.next()
    },
  }
}

const task =
  <A>(work: () => A): TE.TaskEither<StoreFault, A> =>
  async () => {
    try {
      return E.right(work())
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault as StoreFault)
      throw error
    }
  }

const copied = (value: Uint8Array | undefined): Uint8Array | undefined => value && new Uint8Array(value)

const states = ({ state }: MemoryLog, space: StateChange['space'], keys: ReadonlyArray<string>): ReadonlyMap<string, Uint8Array> =>
  new Map(
    keys.flatMap((key) => {
      const value = copied(state.get(space)?.get(key))
      return value === undefined ? [] : [[key, value] as const]
    })
  )

const stateRows = ({ state }: MemoryLog, space: StateChange['space']): ReadonlyArray<StateRow> =>
  [...(state.get(space) ?? [])]
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([key, value]) => ({ key, value: new Uint8Array(value) }))
