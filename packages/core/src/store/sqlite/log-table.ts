import type { LogRecord } from '../../event/log-record'
import { CoreError } from '../../fault/core-error'
import type { LogHead } from '../log-head'
import { recordOf } from '../record-of'
import { numberOf, type Row, textOf } from '../row'
import { insertRows } from './insert-rows'
import { checkVersion } from './schema'
import { type Columns, firstRow, rows, select } from './select'
import type { Sql, SqlValue } from './sql'

const COLUMNS =
  'position, id, stream, revision, type, schema_version, time, causation, correlation, data, previous_hash, hash'
const insert = insertRows({ into: `log (${COLUMNS})`, columns: 12 })

const LOG: Columns = {
  numbers: ['position', 'revision', 'schema_version', 'time'],
  texts: ['id', 'stream', 'type', 'data', 'previous_hash', 'hash'],
  optionalTexts: ['causation', 'correlation'],
}
const SCHEMA = ['schema', "(SELECT value FROM meta WHERE name = 'schema')"] as const
const NEWEST = ['newest', '(SELECT COALESCE(MAX(position), 0) FROM log)'] as const
const HEAD = select({ numbers: ['position', 'time'], texts: ['hash', SCHEMA] }, 'FROM head')
const CHECKED_HEAD = select({ numbers: ['position', 'time', NEWEST], texts: ['hash', SCHEMA] }, 'FROM head')
const POSITION = select({ numbers: ['position'] }, 'FROM head')
const LAST_REVISION = '(SELECT MAX(revision) FROM log WHERE stream = named.value)'
const REVISIONS = select(
  { numbers: [['n', 'key'], ['revision', LAST_REVISION]] },
  'FROM json_each(?) AS named WHERE EXISTS (SELECT 1 FROM log WHERE stream = named.value)'
)
const BY_POSITION = select(LOG, 'FROM log WHERE position > ? AND position <= ? ORDER BY position LIMIT ?')
const BY_ID = select(LOG, 'FROM log WHERE id = ? ORDER BY position LIMIT 1')
const BY_STREAM = select(LOG, 'FROM log WHERE stream = ? AND revision > ? AND revision <= ? ORDER BY revision LIMIT ?')
const BY_STREAMS = select(LOG, 'FROM log WHERE stream IN (SELECT value FROM json_each(?)) ORDER BY stream, revision')

/** The newest position and hash, and the highest time. */
export const readHead = (sql: Sql): LogHead => headOf(sql, firstRow(sql, HEAD))

const headOf = (sql: Sql, row: Row | undefined): LogHead => {
  if (row === undefined) {
    throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a log head', found: 'none' })
  }
  // Another program may have changed the tables while this one had them open.
  checkVersion(sql, textOf(row, 'schema'))
  return { position: numberOf(row, 'position'), hash: textOf(row, 'hash'), time: numberOf(row, 'time') }
}

/** The newest position. */
export const readPosition = (sql: Sql): number => {
  const row = firstRow(sql, POSITION)
  return row === undefined ? 0 : numberOf(row, 'position')
}

/** The head, compared with the place of the newest record. Throws {@link CoreError} with `LogBroken` where they differ. */
export const readCheckedHead = (sql: Sql): LogHead => {
  const row = firstRow(sql, CHECKED_HEAD)
  const head = headOf(sql, row)
  const newest = row === undefined ? 0 : numberOf(row, 'newest')
  if (newest === head.position) return head
  const position = Math.min(newest, head.position) + 1
  const places = { expected: `the newest record at ${head.position}`, found: `the newest record at ${newest}` }
  throw new CoreError({ type: 'LogBroken', position, ...places })
}

/** Number of events in a stream. */
export const readRevision = (sql: Sql, stream: string): number => readRevisions(sql, [stream]).get(stream) ?? 0

/** Number of events in each of several streams that have any, in one statement: most of a long list are new. */
export const readRevisions = (sql: Sql, streams: ReadonlyArray<string>): ReadonlyMap<string, number> =>
  new Map(
    rows(sql, REVISIONS, [JSON.stringify(streams)]).map((row) => [
      streams[numberOf(row, 'n')] ?? '',
      numberOf(row, 'revision'),
    ])
  )

/** Adds records; the head is moved once, after the last of an append. */
export const insertRecords = (sql: Sql, records: ReadonlyArray<LogRecord>): void => insert(sql, records.map(valuesOf))

const valuesOf = (record: LogRecord): ReadonlyArray<SqlValue> => {
  const { position, id, stream, revision, type, schemaVersion, time, causation, correlation } = record
  const place = [position, id, stream, revision, type, schemaVersion, time, causation, correlation]
  return [...place, record.text, record.previousHash, record.hash]
}

/** Moves the head to the newest record. */
export const writeHead = (sql: Sql, head: LogHead): void =>
  sql.run('UPDATE head SET position = ?, hash = ?, time = ?', [head.position, head.hash, head.time])

/** Records above `after` up to `last`, at most `limit`, in order. */
export const recordsByPosition = (sql: Sql, after: number, last: number, limit: number): ReadonlyArray<LogRecord> =>
  rows(sql, BY_POSITION, [after, last, limit]).map(recordOf)

/** The record with an id. */
export const recordById = (sql: Sql, id: string): LogRecord | undefined => rows(sql, BY_ID, [id]).map(recordOf)[0]

/** A stream's records above revision `after` up to `last`, at most `limit`, in order. */
export const recordsByStream = (
  sql: Sql,
  stream: string,
  after: number,
  last: number,
  limit: number
): ReadonlyArray<LogRecord> => rows(sql, BY_STREAM, [stream, after, last, limit]).map(recordOf)

/** The records of many streams, in order of revision within each. */
export const recordsByStreams = (sql: Sql, streams: ReadonlyArray<string>): ReadonlyArray<LogRecord> =>
  rows(sql, BY_STREAMS, [JSON.stringify(streams)]).map(recordOf)
