import { CoreError } from '../../fault/core-error'
import { textOf } from '../row'
import { schemaVersion } from '../schema-version'
import type { Migration } from './migrations/migration'
import { MIGRATIONS } from './migrations/migrations'
import { firstRow, rows, select } from './select'
import type { Sql } from './sql'
import { transaction } from './transaction'

/** Version of the tables that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

const SET_VERSION = `INSERT INTO meta (name, value) VALUES ('schema', ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

/**
 * Brings the tables to this program's version, in an empty file from nothing: all steps in one transaction, so that of
 * several programs that open the file one does it and none sees it half done. Throws {@link CoreError} with
 * `LogNewerVersion` or `LogBroken`, and the engine's errors.
 */
export const prepareSchema = (sql: Sql, logId: string, migrations: ReadonlyArray<Migration> = MIGRATIONS): void => {
  const last = migrations.length
  const found = findVersion(sql, last)
  if (found === last) return
  if (found === 0) sql.rows('PRAGMA journal_mode = WAL')
  transaction(sql, () => {
    // Another process may have been first.
    const from = findVersion(sql, last)
    for (const { steps } of migrations.slice(from)) {
      for (const step of steps) {
        if (typeof step === 'string') sql.exec(step)
        else step(sql, logId)
      }
    }
    if (from < last) sql.run(SET_VERSION, [String(last)])
  })
}

/** Throws {@link CoreError} with `LogNewerVersion` when another program has changed the tables since they were opened. */
export const checkVersion = ({ place }: Sql, version: string): void => {
  schemaVersion(version, SCHEMA_VERSION, place)
}

const VERSION = select({ texts: ['value'] }, "FROM meta WHERE name = 'schema'")
const NAMES = select({ texts: ['name'] }, "FROM sqlite_schema WHERE type = 'table'")

/** 0 for a file without tables. */
const findVersion = (sql: Sql, known: number): number => {
  if (!hasTables(sql)) return 0
  const row = firstRow(sql, VERSION)
  return schemaVersion(row === undefined ? undefined : textOf(row, 'value'), known, sql.place)
}

const hasTables = (sql: Sql): boolean => {
  const tables = rows(sql, NAMES).map((row) => textOf(row, 'name'))
  const [some] = tables
  if (some === undefined || tables.includes('meta')) return some !== undefined
  const found = `table ${some} in ${sql.place}`
  throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a log database', found })
}
