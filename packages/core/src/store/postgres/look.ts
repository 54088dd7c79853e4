import { CoreError } from '../../fault/core-error'
import type { AppendEnv } from '../append-env'
import type { AppendRequest } from '../event-store'
import { idempotencyStreams } from '../idempotency-streams'
import type { LogHead } from '../log-head'
import { numberOf, numbersOf, type Row, textOf } from '../row'
import { schemaVersion } from '../schema-version'
import { checkedIdempotencyRow, type IdempotencyRow } from '../stored-rows'
import { headOf } from './log-table'
import { SCHEMA_VERSION } from './schema'
import type { Sql, SqlValue, Statement } from './sql'

/** What an append decides from, true for as long as its transaction holds the log. */
export interface Look {
  readonly head: LogHead
  /** By stream that the request names. */
  readonly revisions: ReadonlyMap<string, number>
  /** How far each read model has seen the log, in the order of the projections. */
  readonly seen: ReadonlyArray<number>
  /** The ids under each key that the request expects something of, in its order. */
  readonly ids: ReadonlyArray<ReadonlyArray<string>>
  /** Where the append with the request's idempotency key went before. */
  readonly repeated: IdempotencyRow | undefined
}

/**
 * Takes the lock on the head's row and reads the rest in the same statement. That rest is as old as the statement's
 * beginning: when `turn` and `seen_turn` differ, somebody else had the lock in between.
 */
const LOOK: Statement = {
  name: 'custody_look',
  text: (schema) => `SELECT head.position, head.hash, head.time, head.turn,
      (SELECT turn FROM ${schema}.head) AS seen_turn,
      ARRAY(SELECT coalesce((SELECT max(revision) FROM ${schema}.log WHERE log.stream = named.stream), 0)
        FROM unnest($1::text[]) WITH ORDINALITY AS named (stream, n) ORDER BY n) AS revisions,
      ARRAY(SELECT coalesce((SELECT model.position FROM ${schema}.model WHERE model.name = known.name), 0)
        FROM unnest($2::text[]) WITH ORDINALITY AS known (name, n) ORDER BY n) AS seen,
      (SELECT json_agg(ARRAY(SELECT id FROM ${schema}.read_model AS row
          WHERE row.model = expected.model AND row.key = expected.key ORDER BY id) ORDER BY n)
        FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS expected (model, key, n)) AS ids,
      (SELECT row_to_json(used) FROM ${schema}.idempotency AS used
        WHERE stream = ANY ($5::text[]) AND key = $6 ORDER BY array_position($5, stream) LIMIT 1) AS repeated,
      (SELECT value FROM ${schema}.meta WHERE name = 'schema') AS schema
    FROM ${schema}.head AS head FOR UPDATE OF head`,
}

/** Waits for the log's lock, and keeps it until the transaction ends. */
export const look = async (sql: Sql, { projections }: AppendEnv, request: AppendRequest): Promise<Look> => {
  const streams = [...new Set(request.appends.map(({ stream }) => stream))]
  const expects = request.expects ?? []
  const values: ReadonlyArray<SqlValue> = [
    ...[streams, projections.map(({ model }) => model)],
    ...[expects.map(({ model }) => model), expects.map(({ key }) => key)],
    ...[idempotencyStreams(request), request.idempotencyKey ?? null],
  ]
  let row = await lookOnce(sql, values)
  // A second one begins when the lock is held, so that nothing can change under it.
  if (numberOf(row, 'turn') !== numberOf(row, 'seen_turn')) row = await lookOnce(sql, values)
  const revisions = numbersOf(row, 'revisions')
  const repeated = row['repeated'] as Row | null
  // Another program may have changed the tables while this one had them open.
  schemaVersion(textOf(row, 'schema'), SCHEMA_VERSION, sql.place)
  return {
    head: headOf(row),
    revisions: new Map(streams.map((stream, index) => [stream, revisions[index] ?? 0])),
    seen: numbersOf(row, 'seen'),
    ids: (row['ids'] ?? []) as ReadonlyArray<ReadonlyArray<string>>,
    repeated: repeated === null ? undefined : checkedIdempotencyRow(repeated),
  }
}

const lookOnce = async (sql: Sql, values: ReadonlyArray<SqlValue>): Promise<Row> => {
  const [row] = await sql.rows(LOOK, values)
  if (row === undefined) throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a log head', found: 'none' })
  return row
}
