import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import type { Projection, ReadModelChange, ReadModelRow } from '../event-store'
import type { ModelRow } from '../log-access'
import { lastChanges, modelChanges } from '../model-changes'
import { eventOf } from '../record-of'
import { numberOf, textOf } from '../row'
import { modelRow, readModelRow, type RowsByKey, rowsByKey } from '../stored-rows'
import { recordsByPosition } from './log-table'
import { insertRows } from './insert-rows'
import { PAGE } from './paged'
import { type Columns, rows, type Select, select } from './select'
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
const ROW: Columns = { texts: ['model', 'key', 'id', 'value'] }
const POSITIONS = select({ texts: ['name'], numbers: ['position'] }, 'FROM model')
const FOUND: Columns = {
  numbers: [['lags', 'COALESCE(model.position, 0) <> head.position']],
  optionalTexts: [
    ['model', 'found.model'],
    ['key', 'found.key'],
    ['id', 'found.id'],
    ['value', 'found.value'],
  ],
}
const FIND = select(
  FOUND,
  `FROM head LEFT JOIN model ON model.name = ?
    LEFT JOIN read_model AS found ON found.model = ? AND found.key = ? ORDER BY found.id`
)
const FIND_ALL = select(
  FOUND,
  `FROM head LEFT JOIN model ON model.name = ?
    LEFT JOIN read_model AS found ON found.model = ? AND found.key IN (SELECT value FROM json_each(?))
    ORDER BY found.key, found.id`
)
const FIND_IDS = select(
  { texts: ['key', 'id'] },
  'FROM read_model WHERE model = ? AND key IN (SELECT value FROM json_each(?)) ORDER BY key, id'
)
const keyPage = (above: '>' | '>='): Select =>
  select(ROW, `FROM read_model WHERE model = ? AND key = ? AND id ${above} ? ORDER BY id LIMIT ?`)
const FIRST_OF_KEY = keyPage('>=')
const NEXT_OF_KEY = keyPage('>')
const modelPage = (above: '>' | '>='): Select =>
  select(ROW, `FROM read_model WHERE model = ? AND (key, id) ${above} (?, ?) ORDER BY key, id LIMIT ?`)
const FIRST_OF_MODEL = modelPage('>=')
const NEXT_OF_MODEL = modelPage('>')

/** Position of the newest event that each known model has seen. */
const readPositions = (sql: Sql): ReadonlyMap<string, number> =>
  new Map(rows(sql, POSITIONS).map((row) => [textOf(row, 'name'), numberOf(row, 'position')]))

/** Whether a model has not seen the log exactly up to a position. */
export const lags = (sql: Sql, { model }: Projection, position: number): boolean =>
  (readPositions(sql).get(model) ?? 0) !== position

/**
 * Brings models up to a position from the log. One lags when the program that appended did not know it; for models that
 * move with every append this reads one row each. Throws {@link CoreError} with `ModelBroken` for one that is ahead of the
 * log, which would miss what comes.
 */
export const catchUp = (sql: Sql, projections: ReadonlyArray<Projection>, position: number): void => {
  const positions = readPositions(sql)
  for (const projection of projections) {
    let at = positions.get(projection.model) ?? 0
    if (at > position) throw aheadOfLog(projection, at)
    while (at < position) {
      const page = recordsByPosition(sql, at, position, PAGE).map(eventOf)
      const last = page[page.length - 1]
      if (last === undefined) break
      project(sql, [projection], page, last.position)
      at = last.position
    }
  }
}

const aheadOfLog = ({ model }: Projection, position: number): CoreError =>
  new CoreError({ type: 'ModelBroken', model, key: '', id: '', position })

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

/** The rows under a key, in order of `id`; nothing while the model has not seen exactly the log. */
export const findRows = (sql: Sql, model: string, key: string): ReadonlyArray<ReadModelRow> | undefined => {
  const found = rows(sql, FIND, [model, model, key])
  return found[0]?.['lags'] === 0 ? found.filter(({ id }) => id !== null).map(readModelRow) : undefined
}

/** The rows under each of many keys, in order of `id`; nothing while the model has not seen exactly the log. */
export const findAllRows = (sql: Sql, model: string, keys: ReadonlyArray<string>): RowsByKey | undefined => {
  const found = rows(sql, FIND_ALL, [model, model, JSON.stringify(keys)])
  return found[0]?.['lags'] === 0 ? rowsByKey(keys, found.filter(({ id }) => id !== null)) : undefined
}

/** The ids of the rows under each of many keys that have any, in order. */
export const findIds = (sql: Sql, model: string, keys: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const ids = new Map<string, string[]>()
  for (const row of rows(sql, FIND_IDS, [model, JSON.stringify(keys)])) {
    const key = textOf(row, 'key')
    const known = ids.get(key)
    if (known === undefined) ids.set(key, [textOf(row, 'id')])
    else known.push(textOf(row, 'id'))
  }
  return ids
}

/** At most `limit` rows under a key in order of `id`, above one of them if it is given. */
export const findRowsAfter = (
  sql: Sql,
  { model, key }: { readonly model: string; readonly key: string },
  id: string | undefined,
  limit: number
): ReadonlyArray<ReadModelRow> =>
  rows(sql, id === undefined ? FIRST_OF_KEY : NEXT_OF_KEY, [model, key, id ?? '', limit]).map(readModelRow)

/** At most `limit` rows of a model in order of key and `id`, above one of them if it is given. */
export const modelRowsAfter = (
  sql: Sql,
  model: string,
  row: Pick<ModelRow, 'key' | 'id'> | undefined,
  limit: number
): ReadonlyArray<ModelRow> =>
  rows(sql, row === undefined ? FIRST_OF_MODEL : NEXT_OF_MODEL, [model, row?.key ?? '', row?.id ?? '', limit]).map(
    modelRow
  )

const applyChanges = (sql: Sql, changes: ReadonlyArray<ReadModelChange>): void => {
  const rowsToPut: ReadonlyArray<SqlValue>[] = []
  for (const { model, key, id, value } of lastChanges(changes)) {
    if (value === null) sql.run(DELETE, [model, key, id])
    else rowsToPut.push([model, key, id, JSON.stringify(value)])
  }
  put(sql, rowsToPut)
}
