import type { StoredEvent } from '../../event/stored-event'
import type { Projection, ReadModelChange, ReadModelRow } from '../event-store'
import type { ModelRow } from '../log-access'
import { modelChanges } from '../model-changes'
import { eventOf } from '../record-of'
import { numberOf, textOf } from '../row'
import { modelRow, readModelRow } from '../stored-rows'
import { recordsByPosition } from './log-table'
import { PAGE } from './paged'
import type { Sql } from './sql'

const PUT = `INSERT INTO read_model (model, key, id, value) VALUES (?, ?, ?, ?)
  ON CONFLICT (model, key, id) DO UPDATE SET value = excluded.value`
const DELETE = 'DELETE FROM read_model WHERE model = ? AND key = ? AND id = ?'
const FIND = 'SELECT model, key, id, value FROM read_model WHERE model = ? AND key = ? ORDER BY id'
const FIND_IDS = 'SELECT id FROM read_model WHERE model = ? AND key = ? ORDER BY id'
const findPage = (above: '>' | '>='): string =>
  `SELECT model, key, id, value FROM read_model WHERE model = ? AND key = ? AND id ${above} ? ORDER BY id LIMIT ?`
const modelPage = (above: '>' | '>='): string =>
  `SELECT model, key, id, value FROM read_model WHERE model = ? AND (key, id) ${above} (?, ?) ORDER BY key, id LIMIT ?`
const MOVE = `INSERT INTO model (name, position) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET position = excluded.position`

/** Position of the newest event that a model has seen; 0 for a model that this file does not know yet. */
export const modelPosition = (sql: Sql, model: string): number => {
  const row = sql.get('SELECT position FROM model WHERE name = ?', [model])
  return row === undefined ? 0 : numberOf(row, 'position')
}

/**
 * Brings a model up to a position from the log. It lags when the program that appended did not know it; for a model that
 * moves with every append this reads one row.
 */
export const catchUp = (sql: Sql, projection: Projection, position: number): void => {
  let at = modelPosition(sql, projection.model)
  while (at < position) {
    const page = recordsByPosition(sql, at, position, PAGE).map(eventOf)
    const last = page[page.length - 1]
    if (last === undefined) break
    project(sql, projection, page, last.position)
    at = last.position
  }
}

/** Applies a model's rows for events that it has not seen, the newest of them at `position`. */
export const project = (
  sql: Sql,
  projection: Projection,
  events: ReadonlyArray<StoredEvent>,
  position: number
): void => {
  for (const change of modelChanges(projection, events)) applyChange(sql, change)
  sql.run(MOVE, [projection.model, position])
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

const applyChange = (sql: Sql, { model, key, id, value }: ReadModelChange): void => {
  if (value === null) sql.run(DELETE, [model, key, id])
  else sql.run(PUT, [model, key, id, JSON.stringify(value)])
}
