import type { StoredEvent } from '../../event/stored-event'
import type { Projection, ReadModelChange, ReadModelRow } from '../event-store'
import type { ModelRow } from '../log-access'
import { modelChanges } from '../model-changes'
import { eventOf } from '../record-of'
import { numberOf, textOf } from '../row'
import { modelRow, readModelRow } from '../stored-rows'
import { recordsByPosition } from './log-table'
import { insertRows } from './insert-rows'
import { PAGE } from './paged'
import type { Sql, SqlValue } from './sql'

const put = insertRows({
  into: 'read_model (model, key, id, value)',
  columns: 4,
  onConflict: 'ON CONFLICT (model, key, id) DO UPDATE SET value = excluded.value',
})
const move = insertRows({
  into: 'model (name, position)',
  columns: 2,
  onConflict: 'ON CONFLICT (name) DO UPDATE SET position = excluded.position',
})
const DELETE = 'DELETE FROM read_model WHERE model = ? AND key = ? AND id = ?'
const FIND = 'SELECT model, key, id, value FROM read_model WHERE model = ? AND key = ? ORDER BY id'
const FIND_IDS = 'SELECT id FROM read_model WHERE model = ? AND key = ? ORDER BY id'
const findPage = (above: '>' | '>='): string =>
  `SELECT model, key, id, value FROM read_model WHERE model = ? AND key = ? AND id ${above} ? ORDER BY id LIMIT ?`
const modelPage = (above: '>' | '>='): string =>
  `SELECT model, key, id, value FROM read_model WHERE model = ? AND (key, id) ${above} (?, ?) ORDER BY key, id LIMIT ?`

/** Position of the newest event that each known model has seen. */
const readPositions = (sql: Sql): ReadonlyMap<string, number> =>
  new Map(sql.all('SELECT name, position FROM model').map((row) => [textOf(row, 'name'), numberOf(row, 'position')]))

/** Whether a model has not seen the log up to a position. */
export const lags = (sql: Sql, { model }: Projection, position: number): boolean =>
  (readPositions(sql).get(model) ?? 0) < position

/**
 * Brings models up to a position from the log. One lags when the program that appended did not know it; for models that
 * move with every append this reads one row each.
 */
export const catchUp = (sql: Sql, projections: ReadonlyArray<Projection>, position: number): void => {
  const positions = readPositions(sql)
  for (const projection of projections) {
    let at = positions.get(projection.model) ?? 0
    while (at < position) {
      const page = recordsByPosition(sql, at, position, PAGE).map(eventOf)
      const last = page[page.length - 1]
      if (last === undefined) break
      project(sql, [projection], page, last.position)
      at = last.position
    }
  }
}

/** Applies the rows of models for events that they have not seen, the newest of them at `position`. */
export const project = (
  sql: Sql,
  projections: ReadonlyArray<Projection>,
  events: ReadonlyArray<StoredEvent>,
  position: number
): void => {
  for (const projection of projections) applyChanges(sql, modelChanges(projection, events))
  move(sql, projections.map(({ model }) => [model, position]))
}

/** The rows under a key, in order of `id`. */
export const findRows = (sql: Sql, model: string, key: string): ReadonlyArray<ReadModelRow> =>
  sql.all(FIND, [model, key]).map(readModelRow)

/** The ids of the rows under a key, in order. */
export const findIds = (sql: Sql, model: string, key: string): ReadonlyArray<string> =>
  sql.all(FIND_IDS, [model, key]).map((row) => textOf(row, 'id'))

/** At most `limit` rows under a key in order of `id`, above one of them if it is given. */
export const findRowsAfter = (
  sql: Sql,
  { model, key }: { readonly model: string; readonly key: string },
  id: string | undefined,
  limit: number
): ReadonlyArray<ReadModelRow> =>
  sql.all(findPage(id === undefined ? '>=' : '>'), [model, key, id ?? '', limit]).map(readModelRow)

/** At most `limit` rows of a model in order of key and `id`, above one of them if it is given. */
export const modelRowsAfter = (
  sql: Sql,
  model: string,
  row: Pick<ModelRow, 'key' | 'id'> | undefined,
  limit: number
): ReadonlyArray<ModelRow> =>
  sql
    .all(modelPage(row === undefined ? '>=' : '>'), [model, row?.key ?? '', row?.id ?? '', limit])
    .map(modelRow)

/** In their order: rows that are put one after the other go together. */
const applyChanges = (sql: Sql, changes: ReadonlyArray<ReadModelChange>): void => {
  let rows: ReadonlyArray<SqlValue>[] = []
  for (const { model, key, id, value } of changes) {
    if (value !== null) rows.push([model, key, id, JSON.stringify(value)])
    else {
      put(sql, rows)
      rows = []
      sql.run(DELETE, [model, key, id])
    }
  }
  put(sql, rows)
}
