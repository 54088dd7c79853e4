import type { StateChange } from '../event-store'
import type { StateRow } from '../log-access'
import { stateDigest } from '../row-digest'
import { checkedStateRow } from '../stored-rows'
import { insertRows } from './insert-rows'
import { type Columns, firstRow, rows, select } from './select'
import type { Sql, SqlValue } from './sql'

const put = insertRows({
  into: 'state (space, key, value, digest)',
  columns: 4,
  onConflict: 'ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, digest = excluded.digest',
})
const DELETE = 'DELETE FROM state WHERE space = ? AND key = ?'
/** The columns of the table. */
export const STATE: Columns = { texts: ['space', 'key', 'digest'], bytes: ['value'] }

const FIND = select(STATE, 'FROM state WHERE space = ? AND key = ?')
const FIND_ALL = select(STATE, 'FROM state WHERE space = ? AND key IN (SELECT value FROM json_each(?))')
const FIRST_PAGE = select(STATE, 'FROM state WHERE space = ? ORDER BY key LIMIT ?')
const PAGE_ABOVE = select(STATE, 'FROM state WHERE space = ? AND key > ? ORDER BY key LIMIT ?')

/** Puts and deletes values, in their order: those that are put one after the other go together. */
export const changeState = (sql: Sql, changes: ReadonlyArray<StateChange>): void => {
  let rowsToPut: ReadonlyArray<SqlValue>[] = []
  for (const { space, key, value } of changes) {
    if (value !== null) rowsToPut.push([space, key, value, stateDigest(space, key, value)])
    else {
      put(sql, rowsToPut)
      rowsToPut = []
      sql.run(DELETE, [space, key])
    }
  }
  put(sql, rowsToPut)
}

/** A value, in memory of its own. Throws {@link CoreError} with `StateBroken`. */
export const findState = (sql: Sql, space: StateChange['space'], key: string): Uint8Array | undefined => {
  const row = firstRow(sql, FIND, [space, key])
  return row === undefined ? undefined : checkedStateRow(space, row).value
}

/** The values of many keys. Throws {@link CoreError} with `StateBroken`. */
export const findStates = (sql: Sql, space: StateChange['space'], keys: ReadonlyArray<string>): ReadonlyMap<string, Uint8Array> =>
  new Map(
    rows(sql, FIND_ALL, [space, JSON.stringify(keys)]).map((row) => {
      const { key, value } = checkedStateRow(space, row)
      return [key, value]
    })
  )

/** At most `limit` values of a space in order of key, above a key if it is given. */
export const stateRowsAfter = (
  sql: Sql,
  space: StateChange['space'],
  key: string | undefined,
  limit: number
): ReadonlyArray<StateRow> =>
  (key === undefined ? rows(sql, FIRST_PAGE, [space, limit]) : rows(sql, PAGE_ABOVE, [space, key, limit])).map((row) =>
    checkedStateRow(space, row)
  )
