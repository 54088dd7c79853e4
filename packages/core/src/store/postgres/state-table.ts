import type { StateChange } from '../event-store'
import type { StateRow } from '../log-access'
import { stateDigest } from '../row-digest'
import { checkedStateRow } from '../stored-rows'
import { PAGE } from './log-table'
import type { Sql, Statement, Transaction } from './sql'

const PUT: Statement = {
  name: 'custody_put_state',
  text: (schema) => `INSERT INTO ${schema}.state (space, key, value, digest)
    SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::text[])
    ON CONFLICT (space, key) DO UPDATE SET value = excluded.value, digest = excluded.digest`,
}
const DELETE: Statement = {
  name: 'custody_delete_state',
  text: (schema) => `DELETE FROM ${schema}.state USING unnest($1::text[], $2::text[]) AS gone (space, key)
    WHERE state.space = gone.space AND state.key = gone.key`,
}
const FIND: Statement = {
  name: 'custody_find_state',
  text: (schema) => `SELECT key, value, digest FROM ${schema}.state WHERE space = $1 AND key = $2`,
}
const FIND_ALL: Statement = {
  name: 'custody_find_states',
  text: (schema) => `SELECT key, value, digest FROM ${schema}.state WHERE space = $1 AND key = ANY ($2::text[])`,
}
const STATE_PAGE: Statement = {
  name: 'custody_state_page',
  text: (schema) => `SELECT key, value, digest FROM ${schema}.state
    WHERE space = $1 AND ($2::text IS NULL OR key > $2) ORDER BY key LIMIT ${PAGE}`,
}

/** Puts and deletes values in their order. */
export const sendState = (sql: Transaction, changes: ReadonlyArray<StateChange>): void => {
  const last = [...new Map(changes.map((change) => [`${change.space}\0${change.key}`, change])).values()]
  const gone = last.filter(({ value }) => value === null)
  const put = last.flatMap(({ space, key, value }) => (value === null ? [] : [{ space, key, value }]))
  if (gone.length > 0) sql.send(DELETE, [gone.map(({ space }) => space), gone.map(({ key }) => key)])
  if (put.length === 0) return
  sql.send(PUT, [
    put.map(({ space }) => space),
    put.map(({ key }) => key),
    put.map(({ value }) => value),
    put.map(({ space, key, value }) => stateDigest(space, key, value)),
  ])
}

/** A value, in memory of its own. Throws `CoreError` with `StateBroken`. */
export const findState = async (
  sql: Sql,
  space: StateChange['space'],
  key: string
): Promise<Uint8Array | undefined> => {
  const [row] = await sql.rows(FIND, [space, key])
  return row === undefined ? undefined : checkedStateRow(space, row).value
}

/** The values of many keys. Throws `CoreError` with `StateBroken`. */
export const findStates = async (
  sql: Sql,
  space: StateChange['space'],
  keys: ReadonlyArray<string>
): Promise<ReadonlyMap<string, Uint8Array>> =>
  new Map(
    (await sql.rows(FIND_ALL, [space, keys])).map((row) => {
      const { key, value } = checkedStateRow(space, row)
      return [key, value]
    })
  )

/** At most {@link PAGE} values of a space in order of key, above a key if it is given. */
export const stateRowsAfter = async (
  sql: Sql,
  space: StateChange['space'],
  key: string | undefined
): Promise<ReadonlyArray<StateRow>> => (await sql.rows(STATE_PAGE, [space, key ?? null])).map((row) => checkedStateRow(space, row))
