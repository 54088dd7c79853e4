import type { StateChange } from '../event-store'
import type { StateRow } from '../log-access'
import { stateDigest } from '../row-digest'
import { checkedStateRow } from '../stored-rows'
import type { Sql } from './sql'

const PUT = `INSERT INTO state (space, key, value, digest) VALUES (?, ?, ?, ?)
  ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, digest = excluded.digest`
const DELETE = 'DELETE FROM state WHERE space = ? AND key = ?'
const FIND = 'SELECT key, value, digest FROM state WHERE space = ? AND key = ?'
const findPage = (above: '>' | '>='): string =>
  `SELECT key, value, digest FROM state WHERE space = ? AND key ${above} ? ORDER BY key LIMIT ?`

/** Puts or deletes a value. */
export const changeState = (sql: Sql, { space, key, value }: StateChange): void => {
  if (value === null) sql.run(DELETE, [space, key])
  else sql.run(PUT, [space, key, value, stateDigest(space, key, value)])
}

/** A value, in memory of its own. Throws {@link CoreError} with `StateBroken`. */
export const findState = (sql: Sql, space: StateChange['space'], key: string): Uint8Array | undefined => {
  const row = sql.get(FIND, [space, key])
  return row === undefined ? undefined : checkedStateRow(space, row).value
}

/** At most `limit` values of a space in order of key, above a key if it is given. */
export const stateRowsAfter = (
  sql: Sql,
  space: StateChange['space'],
  key: string | undefined,
  limit: number
): ReadonlyArray<StateRow> =>
  sql
    .all(findPage(key === undefined ? '>=' : '>'), [space, key ?? '', limit])
    .map((row) => checkedStateRow(space, row))
