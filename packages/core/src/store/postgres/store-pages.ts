import type { Observable } from 'rxjs'

import type { LogRecord } from '../../event/log-record'
import type { ReadModelRow, StateChange } from '../event-store'
import type { ModelRow, StateRow } from '../log-access'
import { recordsByPosition, recordsByStream } from './log-table'
import { paged } from './paged'
import { modelRowsAfter, rowsAfter } from './read-model-table'
import type { Sql } from './sql'
import { stateRowsAfter } from './state-table'

/** Records of the whole log above a position, up to its end when the first page is read. */
export const logPages = (place: string, sql: Sql, after: number): Observable<LogRecord> =>
  paged(place, after, () => {
    let last: number | undefined
    return {
      after: async (position) => {
        const page = await recordsByPosition(sql, position, last)
        last ??= page.last
        return page.records
      },
      placeOf: ({ position }) => position,
    }
  })

/** Records of a stream from a revision, up to its end when the first page is read. */
export const streamPages = (place: string, sql: Sql, stream: string, from: number): Observable<LogRecord> =>
  paged(place, from - 1, () => {
    let last: number | undefined
    return {
      after: async (revision) => {
        const page = await recordsByStream(sql, stream, revision, last)
        last ??= page.last
        return page.records
      },
      placeOf: ({ revision }) => revision,
    }
  })

/** What the pages of a read model need: before each, the model is brought up. */
export interface ModelPagesEnv {
  readonly place: string
  readonly sql: Sql
  readonly upToDate: () => Promise<void>
}

/** Rows of a read model under a key. */
export const keyPages = ({ place, sql, upToDate }: ModelPagesEnv, model: string, key: string): Observable<ReadModelRow> =>
  paged<ReadModelRow, string | undefined>(place, undefined, () => ({
    after: async (id) => {
      await upToDate()
      return rowsAfter(sql, model, key, id)
    },
    placeOf: ({ id }) => id,
  }))

/** All rows of a read model. */
export const modelPages = (place: string, sql: Sql, model: string): Observable<ModelRow> =>
  paged<ModelRow, ModelRow | undefined>(place, undefined, () => ({
    after: async (row) => modelRowsAfter(sql, model, row),
    placeOf: (row) => row,
  }))

/** All values of a space. */
export const statePages = (place: string, sql: Sql, space: StateChange['space']): Observable<StateRow> =>
  paged<StateRow, string | undefined>(place, undefined, () => ({
    after: async (key) => stateRowsAfter(sql, space, key),
    placeOf: ({ key }) => key,
  }))
