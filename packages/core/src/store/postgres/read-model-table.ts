import type { ReadModelChange, ReadModelRow } from '../event-store'
import type { ModelRow } from '../log-access'
import { lastChanges } from '../model-changes'
import { numberOf } from '../row'
import { modelRow, readModelRow, type RowsByKey, rowsByKey } from '../stored-rows'
import { PAGE } from './log-table'
import type { Sql, Statement, Transaction } from './sql'

const FIND: Statement = {
  name: 'custody_find_rows',
  text: (schema) => `SELECT coalesce(model.position, 0) < head.position AS lags, found.model, found.key, found.id, found.value
    FROM ${schema}.head AS head
    LEFT JOIN ${schema}.model ON model.name = $1
    LEFT JOIN ${schema}.read_model AS found ON found.model = $1 AND found.key = $2
    ORDER BY found.id`,
}
const FIND_ALL: Statement = {
  name: 'custody_find_all_rows',
  text: (schema) => `SELECT coalesce(model.position, 0) < head.position AS lags, found.model, found.key, found.id, found.value
    FROM ${schema}.head AS head
    LEFT JOIN ${schema}.model ON model.name = $1
    LEFT JOIN ${schema}.read_model AS found ON found.model = $1 AND found.key = ANY ($2::text[])
    ORDER BY found.key, found.id`,
}
const SEEN: Statement = {
  name: 'custody_seen',
  text: (schema) => `SELECT position AS seen FROM ${schema}.model WHERE name = $1`,
}
const LAG: Statement = {
  name: 'custody_lag',
  text: (schema) => `SELECT coalesce((SELECT position FROM ${schema}.model WHERE name = $1), 0) < position AS lags
    FROM ${schema}.head`,
}
const KEY_PAGE: Statement = {
  name: 'custody_key_page',
  text: (schema) => `SELECT model, key, id, value FROM ${schema}.read_model
    WHERE model = $1 AND key = $2 AND ($3::text IS NULL OR id > $3) ORDER BY id LIMIT ${PAGE}`,
}
const MODEL_PAGE: Statement = {
  name: 'custody_model_page',
  text: (schema) => `SELECT model, key, id, value FROM ${schema}.read_model
    WHERE model = $1 AND ($2::text IS NULL OR (key, id) > ($2, $3)) ORDER BY key, id LIMIT ${PAGE}`,
}
const PUT: Statement = {
  name: 'custody_put_rows',
  text: (schema) => `INSERT INTO ${schema}.read_model (model, key, id, value)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
    ON CONFLICT (model, key, id) DO UPDATE SET value = excluded.value`,
}
const DELETE: Statement = {
  name: 'custody_delete_rows',
  text: (schema) => `DELETE FROM ${schema}.read_model AS row
    USING unnest($1::text[], $2::text[], $3::text[]) AS gone (model, key, id)
    WHERE row.model = gone.model AND row.key = gone.key AND row.id = gone.id`,
}
const MOVE: Statement = {
  name: 'custody_move_models',
  text: (schema) => `INSERT INTO ${schema}.model (name, position) SELECT name, $2 FROM unnest($1::text[]) AS moved (name)
    ON CONFLICT (name) DO UPDATE SET position = excluded.position`,
}

/** The rows under a key in order of `id`; undefined while the model has not seen the whole log. */
export const findRows = async (
  sql: Sql,
  model: string,
  key: string
): Promise<ReadonlyArray<ReadModelRow> | undefined> => {
  const rows = await sql.rows(FIND, [model, key])
  return rows[0]?.['lags'] === true ? undefined : rows.filter(({ id }) => id !== null).map(readModelRow)
}

/** The rows under each of many keys, in order of `id`; undefined while the model has not seen the whole log. */
export const findAllRows = async (
  sql: Sql,
  model: string,
  keys: ReadonlyArray<string>
): Promise<RowsByKey | undefined> => {
  const rows = await sql.rows(FIND_ALL, [model, keys])
  return rows[0]?.['lags'] === true ? undefined : rowsByKey(keys, rows.filter(({ id }) => id !== null))
}

/** Position of the newest event that a model has seen; 0 for a model that is not known yet. */
export const findSeen = async (sql: Sql, model: string): Promise<number> => {
  const [row] = await sql.rows(SEEN, [model])
  return row === undefined ? 0 : numberOf(row, 'seen')
}

/** Whether a model has not seen the whole log. */
export const lags = async (sql: Sql, model: string): Promise<boolean> => {
  const [row] = await sql.rows(LAG, [model])
  return row?.['lags'] === true
}

/** At most {@link PAGE} rows under a key in order of `id`, above one of them if it is given. */
export const rowsAfter = async (
  sql: Sql,
  model: string,
  key: string,
  id: string | undefined
): Promise<ReadonlyArray<ReadModelRow>> => (await sql.rows(KEY_PAGE, [model, key, id ?? null])).map(readModelRow)

/** At most {@link PAGE} rows of a model in order of key and `id`, above one of them if it is given. */
export const modelRowsAfter = async (
  sql: Sql,
  model: string,
  row: Pick<ModelRow, 'key' | 'id'> | undefined
): Promise<ReadonlyArray<ModelRow>> =>
  (await sql.rows(MODEL_PAGE, [model, row?.key ?? null, row?.id ?? null])).map(modelRow)

/** Applies changes in their order and notes that the models have seen the log up to a position. */
export const sendChanges = (
  sql: Transaction,
  models: ReadonlyArray<string>,
  changes: ReadonlyArray<ReadModelChange>,
  position: number
): void => {
  // A statement changes a row once.
  const last = lastChanges(changes)
  const gone = last.filter(({ value }) => value === null)
  const put = last.filter(({ value }) => value !== null)
  if (gone.length > 0) sql.send(DELETE, names(gone))
  if (put.length > 0) sql.send(PUT, [...names(put), put.map(({ value }) => JSON.stringify(value))])
  if (models.length > 0) sql.send(MOVE, [models, position])
}

const names = (changes: ReadonlyArray<ReadModelChange>): ReadonlyArray<ReadonlyArray<string>> => [
  changes.map(({ model }) => model),
  changes.map(({ key }) => key),
  changes.map(({ id }) => id),
]
