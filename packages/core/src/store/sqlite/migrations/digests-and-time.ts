import { bytesOf, numberOf, type Row, textOf } from '../../row'
import { idempotencyDigest, stateDigest } from '../../row-digest'
import { type Columns, rows, select } from '../select'
import type { Sql, SqlValue } from '../sql'
import type { Migration } from './migration'

/** Rows moved at once. */
const PAGE = 256

/** How the rows of a table become those of its successor. The primary key is two texts. */
interface Move {
  readonly from: string
  readonly key: readonly [string, string]
  readonly columns: Columns
  readonly put: string
  readonly valuesOf: (row: Row) => ReadonlyArray<SqlValue>
}

const move =
  ({ from, key, columns, put, valuesOf }: Move) =>
  (sql: Sql): void => {
    const [first, second] = key
    const page = select(columns, `FROM ${from} ORDER BY ${first}, ${second} LIMIT ${PAGE}`)
    const moved = `DELETE FROM ${from} WHERE (${first}, ${second}) <= (?, ?)`
    for (;;) {
      const found = rows(sql, page)
      const last = found[found.length - 1]
      if (last === undefined) return
      for (const row of found) sql.run(put, valuesOf(row))
      sql.run(moved, [textOf(last, first), textOf(last, second)])
    }
  }

const moveState = move({
  from: 'state_1',
  key: ['space', 'key'],
  columns: { texts: ['space', 'key'], bytes: ['value'] },
  put: 'INSERT INTO state (space, key, value, digest) VALUES (?, ?, ?, ?)',
  valuesOf: (row) => {
    const names = [textOf(row, 'space'), textOf(row, 'key')] as const
    const value = bytesOf(row, 'value')
    return [...names, value, stateDigest(...names, value)]
  },
})

const moveIdempotency = move({
  from: 'idempotency_1',
  key: ['stream', 'key'],
  columns: { texts: ['stream', 'key'], numbers: ['first_position', 'last_position'] },
  put: 'INSERT INTO idempotency (stream, key, first_position, last_position, digest) VALUES (?, ?, ?, ?, ?)',
  valuesOf: (row) => {
    const names = [textOf(row, 'stream'), textOf(row, 'key')] as const
    const positions = [numberOf(row, 'first_position'), numberOf(row, 'last_position')] as const
    return [...names, ...positions, idempotencyDigest(...names, ...positions)]
  },
})

/**
 * The highest time beside the head, an index of event ids, and a digest in each row that the chain does not cover. The
 * head's table gets another name, so that a program of the first release that still runs cannot append behind the back of
 * this one. Read models are made again, because what their rows hold has changed.
 */
export const digestsAndTime: Migration = {
  version: 2,
  steps: [
    `CREATE TABLE head (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL,
  hash TEXT NOT NULL,
  time INTEGER NOT NULL
) STRICT`,
    `INSERT INTO head (one, position, hash, time)
  SELECT one, position, hash, (SELECT COALESCE(MAX(time), 0) FROM log) FROM log_head`,
    'DROP TABLE log_head',
    'DELETE FROM read_model',
    'DELETE FROM model',
    'ALTER TABLE state RENAME TO state_1',
    `CREATE TABLE state (
  space TEXT NOT NULL,
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (space, key)
) STRICT, WITHOUT ROWID`,
    moveState,
    'DROP TABLE state_1',
    'ALTER TABLE idempotency RENAME TO idempotency_1',
    `CREATE TABLE idempotency (
  stream TEXT NOT NULL,
  key TEXT NOT NULL,
  first_position INTEGER NOT NULL,
  last_position INTEGER NOT NULL,
  digest TEXT NOT NULL,
  PRIMARY KEY (stream, key)
) STRICT, WITHOUT ROWID`,
    moveIdempotency,
    'DROP TABLE idempotency_1',
    // Events are asked for by id, too; ids rise with time, so that the index grows at its end.
    'CREATE INDEX log_id ON log (id)',
  ],
}
