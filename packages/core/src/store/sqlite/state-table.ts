import type { StateChange } from '../event-store'
import type { StateRow } from '../log-access'
import { stateDigest } from '../row-digest'
import { checkedStateRow } from '../stored-rows'
import { type Columns, firstRow, rows, select } from './select'
import type { Sql } from './sql'

const PUT = `INSERT INTO state (space, key, value, digest) VALUES (?, ?, ?, ?)
  ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, digest = excluded.digest`
const DELETE = 'DELETE FROM state WHERE space = ? AND key = ?'
/** The columns of the table. */
export const STATE: Columns = { texts: ['space', 'key', 'digest'], bytes: ['value'] }

const FIND = select(STATE, 'FROM state WHERE space = ? AND key = ?')
const FIRST_PAGE = select(STATE, 'FROM state WHERE space = ? ORDER BY key LIMIT ?')
const PAGE_ABOVE = select(STATE, 'FROM state WHERE space = ? AND key > ? ORDER BY key LIMIT ?')

/** Puts or deletes a value. */
export const changeState = (sql: Sql, { space, key, value }: StateChange): void => {
  if (value === null) sql.run(DELETE, [space, key])
  else sql.run(PUT, [space, key, value, stateDigest(space, key, value)])
}

/** A value, in memory of its own. Throws {@link CoreError} with `StateBroken`. */
export const findState = (sql: Sql, space: StateChange['space'], key: string): Uint8Array | undefined => {
  const row = firstRow(sql, FIND, [space, key])
  return row === undefined ? undefined : checkedStateRow(space, row).value
}

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
