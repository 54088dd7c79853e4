import { genesisHash } from '../../event/chain-hash'
import { CoreError } from '../../fault/core-error'
import { optionalTextOf, textOf } from '../row'
import type { Connections } from './connection'
import type { Sql, Statement } from './sql'
import { outside, transaction } from './transaction'

type Change = (schema: string) => ReadonlyArray<string>

/** Texts are compared as bytes everywhere, as the other engines do, whatever language the database is made for. */
const TEXT = 'text COLLATE "C" NOT NULL'

/** The tables by version: each takes them from the one before. What was released is never edited; a new version is added. */
const VERSIONS: ReadonlyArray<Change> = [
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
    // Nearly empty pages, so that the row's next version finds room beside it and no index has to know.
    `CREATE TABLE ${schema}.log_head (
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
      PRIMARY KEY (stream, key)
    )`,
    `CREATE TABLE ${schema}.model (name ${TEXT} PRIMARY KEY, position bigint NOT NULL) WITH (fillfactor = 10)`,
    `CREATE TABLE ${schema}.read_model (model ${TEXT}, key ${TEXT}, id ${TEXT}, value ${TEXT}, PRIMARY KEY (model, key, id))`,
    `CREATE TABLE ${schema}.state (space ${TEXT}, key ${TEXT}, value bytea NOT NULL, PRIMARY KEY (space, key))`,
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
const CREATE: Statement = { text: (schema) => `CREATE SCHEMA ${schema}` }
const EMPTY_LOG: Statement = {
  text: (schema) => `INSERT INTO ${schema}.log_head (one, position, hash, time, turn) VALUES (1, 0, $1, 0, 0)`,
}
const SET_VERSION: Statement = {
  text: (schema) => `INSERT INTO ${schema}.meta (name, value) VALUES ('schema', $1)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
}

/** What there is under the schema's name. */
interface Found {
  readonly made: boolean
  /** 0 without tables. */
  readonly version: number
}

/**
 * Makes or changes the tables where they are not those of this program's version, once, whoever else opens the log at the
 * same time. Throws {@link CoreError} with `LogNewerVersion` or `LogBroken`, and the driver's errors.
 *
 * @param name of the schema, unquoted.
 */
export const prepareSchema = async (connections: Connections, name: string, logId: string): Promise<void> => {
  const { place } = connections
  if ((await findTables(outside(connections), place, name)).version === VERSIONS.length) return
  await transaction(connections, async (sql) => {
    await sql.rows(LOCK, [name])
    // Another program may have been first.
    const { made, version } = await findTables(sql, place, name)
    if (version === VERSIONS.length) return
    if (!made) sql.send(CREATE, [])
    for (const change of VERSIONS.slice(version)) {
      sql.send({ text: (schema) => change(schema).join(';\n') }, [])
    }
    if (version === 0) sql.send(EMPTY_LOG, [genesisHash(logId)])
    sql.send(SET_VERSION, [String(VERSIONS.length)])
  })
}

const findTables = async (sql: Sql, place: string, name: string): Promise<Found> => {
  const [row = {}] = await sql.rows(FOUND, [name])
  const encoding = textOf(row, 'encoding')
  if (encoding !== 'UTF8') throw new CoreError({ type: 'StoreUnavailable', place, code: `ENCODING_${encoding}` })
  const table = optionalTextOf(row, 'some_table')
  if (table === null) return { made: row['made'] === true, version: 0 }
  if (table !== 'meta') throw broken('a schema for the log alone', `table ${table} in ${place}`)
  return { made: true, version: await findVersion(sql, place) }
}

const findVersion = async (sql: Sql, place: string): Promise<number> => {
  const [row] = await sql.rows(VERSION)
  const found = row === undefined ? Number.NaN : Number(textOf(row, 'version'))
  const known = VERSIONS.length
  if (found > known) throw new CoreError({ type: 'LogNewerVersion', place, found, known })
  if (Number.isInteger(found) && found > 0) return found
  throw broken(`tables of version ${known}`, `version ${found}`)
}

const broken = (expected: string, found: string): CoreError =>
  new CoreError({ type: 'LogBroken', position: 0, expected, found })
