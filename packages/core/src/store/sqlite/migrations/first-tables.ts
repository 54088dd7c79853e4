import { genesisHash } from '../../../event/chain-hash'
import type { Migration } from './migration'

/** The tables that the first release made in an empty file. */
export const firstTables: Migration = {
  version: 1,
  steps: [
    'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
    `CREATE TABLE log (
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
) STRICT`,
    'CREATE UNIQUE INDEX log_stream ON log (stream, revision)',
    'CREATE TABLE log_head (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, hash TEXT NOT NULL) STRICT',
    `CREATE TABLE idempotency (
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  PRIMARY KEY (stream, key)
) STRICT, WITHOUT ROWID`,
    'CREATE TABLE model (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    `CREATE TABLE read_model (
  model TEXT NOT NULL,
  key TEXT NOT NULL,
  id TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model, key, id)
) STRICT, WITHOUT ROWID`,
    `CREATE TABLE state (
  space TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID`,
    (sql, logId) => sql.run('INSERT INTO log_head (one, position, hash) VALUES (1, 0, ?)', [genesisHash(logId)]),
  ],
}
