import { genesisHash } from '../../event/chain-hash'
import { CoreError } from '../../fault/core-error'
import { textOf } from '../row'
import type { Sql } from './sql'
import { transaction } from './transaction'

/** Version of the tables below; a file with a higher one was written by a newer program. */
const SCHEMA_VERSION = 1

const TABLES = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log (
  position INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  type TEXT NOT NULL,
  schema_version INTEGER NOT NULL,
  time INTEGER NOT NULL,
  causation TEXT,
  correlation TEXT,
  data TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX log_stream ON log (stream, revision);
CREATE TABLE log_head (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE idempotency (
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  PRIMARY KEY (stream, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE model (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE read_model (
  model TEXT NOT NULL,
  key TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, key, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
  space TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID;
`

/** Checks the tables' version, and makes them in an empty file. Throws {@link CoreError} and the engine's errors. */
export const prepareSchema = (sql: Sql, place: string, logId: string): void => {
  if (!hasTables(sql)) create(sql, place, logId)
  checkVersion(sql, place)
}

const create = (sql: Sql, place: string, logId: string): void => {
  sql.get('PRAGMA journal_mode = WAL')
  transaction(sql, () => {
    // Another process may have been first.
    if (hasTables(sql)) return
    refuseForeign(sql, place)
    sql.exec(TABLES)
    sql.run('INSERT INTO meta (name, value) VALUES (?, ?)', ['schema', String(SCHEMA_VERSION)])
    sql.run('INSERT INTO log_head (one, position, hash) VALUES (1, 0, ?)', [genesisHash(logId)])
  })
}

const hasTables = (sql: Sql): boolean =>
  sql.get("SELECT 1 AS found FROM sqlite_master WHERE type = 'table' AND name = 'meta'") !== undefined

const refuseForeign = (sql: Sql, place: string): void => {
  const table = sql.get('SELECT name FROM sqlite_master LIMIT 1')
  if (table === undefined) return
  const found = `table ${textOf(table, 'name')} in ${place}`
  throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a log database', found })
}

const checkVersion = (sql: Sql, place: string): void => {
  const row = sql.get("SELECT value FROM meta WHERE name = 'schema'")
  const found = row === undefined ? Number.NaN : Number(textOf(row, 'value'))
  if (found > SCHEMA_VERSION) {
    throw new CoreError({ type: 'LogNewerVersion', place, found, known: SCHEMA_VERSION })
  }
  if (found === SCHEMA_VERSION) return
  const broken = { expected: `tables of version ${SCHEMA_VERSION}`, found: `version ${found}` }
  throw new CoreError({ type: 'LogBroken', position: 0, ...broken })
}
