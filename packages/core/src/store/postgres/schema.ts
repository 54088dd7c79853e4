import { genesisHash } from '../../event/chain-hash'
import { CoreError } from '../../fault/core-error'
import { optionalTextOf, textOf } from '../row'
import { schemaVersion } from '../schema-version'
import type { Connections } from './connection'
import type { Sql, Statement } from './sql'
import { outside, transaction } from './transaction'

/** Takes the tables from the version before to the next: statements, run one after the other. */
export type SchemaChange = (schema: string) => ReadonlyArray<string>

/** Texts are compared as bytes everywhere, as the other engines do, whatever language the database is made for. */
const TEXT = 'text COLLATE "C" NOT NULL'

/** The tables, version by version. What was released is never edited; a new version is added. */
export const CHANGES: ReadonlyArray<SchemaChange> = [
  (schema) => [
    `CREATE TABLE ${schema}.meta (name ${TEXT} PRIMARY KEY, value ${TEXT})`,
    `CREATE TABLE ${schema}.log (
      position bigint PRIMARY KEY,
      id ${TEXT},
      stream ${TEXT},
      revision bigint NOT NULL,
      type ${TEXT},
      schema_version bigint NOT NULL,
      time bigint NOT NULL,
      causation text COLLATE "C",
      correlation text COLLATE "C",
      data ${TEXT},
      previous_hash ${TEXT},
      hash ${TEXT},
      UNIQUE (stream, revision)
    )`,
    `CREATE INDEX log_id ON ${schema}.log (id)`,
    // Nearly empty pages, so that the row's next version finds room beside it and no index has to know.
    `CREATE TABLE ${schema}.head (
      one int PRIMARY KEY CHECK (one = 1),
      position bigint NOT NULL,
      hash ${TEXT},
      time bigint NOT NULL,
      turn bigint NOT NULL
    ) WITH (fillfactor = 10)`,
    `CREATE TABLE ${schema}.idempotency (
      stream ${TEXT},
      key ${TEXT},
      first_position bigint NOT NULL,
      last_position bigint NOT NULL,
      digest ${TEXT},
      PRIMARY KEY (stream, key)
    )`,
    `CREATE TABLE ${schema}.model (name ${TEXT} PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 10)`,
    `CREATE TABLE ${schema}.read_model (model ${TEXT}, key ${TEXT}, id ${TEXT}, value ${TEXT}, PRIMARY KEY (model, key, id))`,
    `CREATE TABLE ${schema}.state (
      space ${TEXT},
      key ${TEXT},
      value bytea NOT NULL,
      digest ${TEXT},
      PRIMARY KEY (space, key)
    )`,
  ],
]

const FOUND: Statement = {
  text: () => `SELECT current_setting('server_encoding') AS encoding,
    EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS made,
    (SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE nspname = $1 AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname = 'meta' DESC LIMIT 1) AS some_table`,
}
const VERSION: Statement = { text: (schema) => `SELECT value AS version FROM ${schema}.meta WHERE name = 'schema'` }
const LOCK: Statement = { text: () => `SELECT pg_advisory_xact_lock(hashtextextended('custody schema ' || $1, 0))` }
/** Whoever waits for the log looks again when it gets it, and finds other tables. */
const HOLD_LOG: Statement = { text: (schema) => `UPDATE ${schema}.head SET turn = turn + 1` }
const CREATE: Statement = { text: (schema) => `CREATE SCHEMA ${schema}` }
const EMPTY_LOG: Statement = {
  text: (schema) => `INSERT INTO ${schema}.head (one, position, hash, time, turn) VALUES (1, 0, $1, 0, 0)`,
}
const SET_VERSION: Statement = {
  text: (schema) => `INSERT INTO ${schema}.meta (name, value) VALUES ('schema', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
}

/** Version of the tables that this program reads and writes. */
export const SCHEMA_VERSION = CHANGES.length

/** What there is under the schema's name. */
interface Found {
  readonly made: boolean
  /** 0 without tables. */
  readonly version: number
}

/**
 * Makes or changes the tables where they are not those of this program's version: in one transaction and once, whoever else
 * opens the log at the same time. Throws {@link CoreError} with `LogNewerVersion` or `LogBroken`, and the driver's errors.
 *
 * @param name of the schema, unquoted.
 */
export const prepareSchema = async (
  connections: Connections,
  name: string,
  logId: string,
  changes: ReadonlyArray<SchemaChange> = CHANGES
): Promise<void> => {
  const last = changes.length
  if ((await findTables(outside(connections), name, last)).version === last) return
  await transaction(connections, async (sql) => {
    await sql.rows(LOCK, [name])
    // Another program may have been first.
    const { made, version } = await findTables(sql, name, last)
    if (version === last) return
    if (version > 0) await sql.rows(HOLD_LOG)
    if (!made) await sql.rows(CREATE)
    for (const change of changes.slice(version)) {
      for (const text of change(connections.schema)) await sql.rows({ text: () => text })
    }
    if (version === 0) await sql.rows(EMPTY_LOG, [genesisHash(logId)])
    await sql.rows(SET_VERSION, [String(last)])
  })
}

const findTables = async (sql: Sql, name: string, known: number): Promise<Found> => {
  const [row = {}] = await sql.rows(FOUND, [name])
  const { place } = sql
  const encoding = textOf(row, 'encoding')
  if (encoding !== 'UTF8') throw new CoreError({ type: 'StoreUnavailable', place, code: `ENCODING_${encoding}` })
  const table = optionalTextOf(row, 'some_table')
  if (table === null) return { made: row['made'] === true, version: 0 }
  if (table !== 'meta') {
    const found = `table ${table} in ${place}`
    throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a schema for the log alone', found })
  }
  const [stated] = await sql.rows(VERSION)
  const version = schemaVersion(stated === undefined ? undefined : textOf(stated, 'version'), known, place)
  return { made: true, version }
}
