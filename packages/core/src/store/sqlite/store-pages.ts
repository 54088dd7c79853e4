import type { Observable } from 'rxjs'

import type { LogRecord } from '../../event/log-record'
import type { ReadModelRow, StateChange } from '../event-store'
import type { ModelRow, StateRow } from '../log-access'
import { readPosition, readRevision, recordsByPosition, recordsByStream } from './log-table'
import { PAGE, paged } from './paged'
import { findRowsAfter, modelRowsAfter } from './read-model-table'
import type { Sql } from './sql'
import { stateRowsAfter } from './state-table'

/** Records of the whole log above a position, up to its end at subscription. */
export const logPages = (place: string, sql: () => Sql, after: number): Observable<LogRecord> =>
  paged(place, after, () => {
    const last = readPosition(sql())
    return {
      after: (position) => recordsByPosition(sql(), position, last, PAGE),
      placeOf: ({ position }) => position,
    }
  })

const NO_END = Number.MAX_SAFE_INTEGER

/** Records of a stream from a revision, up to its end at subscription. */
export const streamPages = (place: string, sql: () => Sql, stream: string, from: number): Observable<LogRecord> =>
  paged(place, from - 1, () => {
    let last = NO_END
    return {
      after: (revision) => {
        const page = recordsByStream(sql(), stream, revision, last, PAGE)
        // Most streams are read with their first page, and only a longer one has to know where it ended.
        if (last === NO_END && page.length === PAGE) last = readRevision(sql(), stream)
        return page
      },
      placeOf: ({ revision }) => revision,
    }
  })

/** Rows of a read model under a key. */
export const keyPages = (place: string, sql: () => Sql, model: string, key: string): Observable<ReadModelRow> =>
  paged<ReadModelRow, string | undefined>(place, undefined, () => ({
    after: (id) => findRowsAfter(sql(), { model, key }, id, PAGE),
    placeOf: ({ id }) => id,
  }))

/** All rows of a read model. */
export const modelPages = (place: string, sql: () => Sql, model: string): Observable<ModelRow> =>
  paged<ModelRow, ModelRow | undefined>(place, undefined, () => ({
    after: (row) => modelRowsAfter(sql(), model, row, PAGE),
    placeOf: (row) => row,
  }))

/** All values of a space. */
export const statePages = (place: string, sql: () => Sql, space: StateChange['space']): Observable<StateRow> =>
  paged<StateRow, string | undefined>(place, undefined, () => ({
    after: (key) => stateRowsAfter(sql(), space, key, PAGE),
    placeOf: ({ key }) => key,
  }))
