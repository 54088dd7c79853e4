import type { LogRecord } from '../../event/log-record'
import { CoreError } from '../../fault/core-error'
import type { LogHead } from '../log-head'
import { recordOf } from '../record-of'
import { numberOf, type Row, textOf } from '../row'
import type { Sql, Statement, Transaction } from './sql'

/** Rows read at once; what a reader holds in memory. */
export const PAGE = 512

const COLUMNS =
  'position, id, stream, revision, type, schema_version, time, causation, correlation, data, previous_hash, hash'

const CHECKED_HEAD: Statement = {
  name: 'custody_checked_head',
  text: (schema) => `SELECT position, hash, time, (SELECT coalesce(max(position), 0) FROM ${schema}.log) AS newest
    FROM ${schema}.head`,
}
const BY_POSITION: Statement = {
  name: 'custody_by_position',
  text: (schema) => `SELECT ${COLUMNS}, coalesce($2, (SELECT position FROM ${schema}.head)) AS last FROM ${schema}.log
    WHERE position > $1 AND position <= coalesce($2, (SELECT position FROM ${schema}.head))
    ORDER BY position LIMIT ${PAGE}`,
}
const BY_ID: Statement = {
  name: 'custody_by_id',
  text: (schema) => `SELECT ${COLUMNS} FROM ${schema}.log WHERE id = $1 ORDER BY position LIMIT 1`,
}
const BY_STREAM: Statement = {
  name: 'custody_by_stream',
  text: (schema) => `SELECT ${COLUMNS},
      coalesce($3, (SELECT max(revision) FROM ${schema}.log WHERE stream = $1)) AS last FROM ${schema}.log
    WHERE stream = $1 AND revision > $2 AND ($3::bigint IS NULL OR revision <= $3) ORDER BY revision LIMIT ${PAGE}`,
}
const BY_STREAMS: Statement = {
  name: 'custody_by_streams',
  text: (schema) => `SELECT ${COLUMNS} FROM ${schema}.log WHERE stream = ANY ($1::text[]) ORDER BY stream, revision`,
}
const INSERT: Statement = {
  name: 'custody_insert_records',
  text: (schema) => `INSERT INTO ${schema}.log (${COLUMNS})
    SELECT position, id, stream, revision, type, schema_version, $9::bigint, $10::text, $11::text, data, previous_hash, hash
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $12::text[])
      AS record (position, id, stream, revision, type, schema_version, data, previous_hash, hash)`,
}
const MOVE_HEAD: Statement = {
  name: 'custody_move_head',
  text: (schema) => `UPDATE ${schema}.head SET position = $1, hash = $2, time = $3, turn = turn + 1`,
}

/** The head in a row. Throws {@link CoreError} with `LogBroken` where there is none. */
export const headOf = (row: Row | undefined): LogHead => {
  if (row === undefined) throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a log head', found: 'none' })
  return { position: numberOf(row, 'position'), hash: textOf(row, 'hash'), time: numberOf(row, 'time') }
}

/** The head, compared with the place of the newest record. Throws {@link CoreError} with `LogBroken` where they differ. */
export const readCheckedHead = async (sql: Sql): Promise<LogHead> => {
  const [row] = await sql.rows(CHECKED_HEAD)
  const head = headOf(row)
  const newest = row === undefined ? 0 : numberOf(row, 'newest')
  if (newest === head.position) return head
  const position = Math.min(newest, head.position) + 1
  const places = { expected: `the newest record at ${head.position}`, found: `the newest record at ${newest}` }
  throw new CoreError({ type: 'LogBroken', position, ...places })
}

/** A page of records and the place where the reading that it belongs to ends. */
export interface RecordPage {
  readonly records: ReadonlyArray<LogRecord>
  /** Position or revision; undefined where there is no record any more. */
  readonly last: number | undefined
}

/** At most {@link PAGE} records above a position, in order, up to `last` or the end that the log has now. */
export const recordsByPosition = async (sql: Sql, after: number, last?: number): Promise<RecordPage> =>
  pageOf(await sql.rows(BY_POSITION, [after, last ?? null]))

/** At most {@link PAGE} records of a stream above a revision, in order, up to `last` or its end now. */
export const recordsByStream = async (sql: Sql, stream: string, after: number, last?: number): Promise<RecordPage> =>
  pageOf(await sql.rows(BY_STREAM, [stream, after, last ?? null]))

/** The records of many streams, in order of revision within each. */
export const recordsByStreams = async (sql: Sql, streams: ReadonlyArray<string>): Promise<ReadonlyArray<LogRecord>> =>
  (await sql.rows(BY_STREAMS, [streams])).map(recordOf)

/** The record with an id. */
export const recordById = async (sql: Sql, id: string): Promise<LogRecord | undefined> =>
  (await sql.rows(BY_ID, [id])).map(recordOf)[0]

/** Adds the records of one append, which share their time and origin. */
export const sendRecords = (sql: Transaction, records: ReadonlyArray<LogRecord>): void => {
  const [first] = records
  if (first === undefined) return
  const { time, causation, correlation } = first
  const column = <A>(of: (record: LogRecord) => A): ReadonlyArray<A> => records.map(of)
  sql.send(INSERT, [
    column((record) => record.position),
    column((record) => record.id),
    column((record) => record.stream),
    column((record) => record.revision),
    column((record) => record.type),
    column((record) => record.schemaVersion),
    column((record) => record.text),
    column((record) => record.previousHash),
    ...[time, causation, correlation],
    column((record) => record.hash),
  ])
}

/** Moves the head, or shows others who wait for it that something changed. */
export const sendHead = (sql: Transaction, { position, hash, time }: LogHead): void =>
  sql.send(MOVE_HEAD, [position, hash, time])

const pageOf = (rows: ReadonlyArray<Row>): RecordPage => {
  const [first] = rows
  return { records: rows.map(recordOf), last: first === undefined ? undefined : numberOf(first, 'last') }
}
