import type { StateChange } from '../event-store'
import { bytesOf } from './row'
import type { Sql } from './sql'

const PUT = `INSERT INTO state (space, key, value) VALUES (?, ?, ?)
  ON CONFLICT (space, key) DO UPDATE SET value = excluded.value`
const DELETE = 'DELETE FROM state WHERE space = ? AND key = ?'
const FIND = 'SELECT value FROM state WHERE space = ? AND key = ?'

/** Puts or deletes a value. */
export const changeState = (sql: Sql, { space, key, value }: StateChange): void => {
  if (value === null) sql.run(DELETE, [space, key])
  else sql.run(PUT, [space, key, value])
}

/** A value, in memory of its own. */
export const findState = (sql: Sql, space: StateChange['space'], key: string): Uint8Array | undefined => {
  const row = sql.get(FIND, [space, key])
  return row === undefined ? undefined : bytesOf(row, 'value')
}
