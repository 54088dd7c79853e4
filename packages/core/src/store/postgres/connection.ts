import { Client, escapeIdentifier, Pool, type PoolClient, type PoolConfig, TypeOverrides } from 'pg'

import { CoreError } from '../../fault/core-error'
import type { Row } from '../row'
import { unreachable } from './postgres-fault'
import type { SqlValue, Statement } from './sql'

/** How the server is reached, in the words of the driver `pg`. What is left out comes from the environment (`PGHOST` and so on). */
export interface PostgresConnection {
  readonly host?: string
  readonly port?: number
  readonly user?: string
  /** Or a function that is asked at each new connection. */
  readonly password?: string | (() => string | Promise<string>)
  readonly database?: string
  /** `true` to demand TLS with a certificate that verifies, or settings of Node's `tls.connect`. */
  readonly ssl?: boolean | Readonly<Record<string, unknown>>
  /** Connections of this store at most, 10 where nothing is said; one more while it is followed. */
  readonly max?: number
  /** How long a connection may take to come about, milliseconds. */
  readonly connectionTimeoutMillis?: number
  /** How long an append waits for other appends, milliseconds. */
  readonly lock_timeout?: number
}

/** The connections of one store. */
export interface Connections {
  /**
   * Lends a connection for some work, and takes it back when that ends; not for further use where it ended with anything but
   * a `CoreError`. Throws `CoreError` with `StoreUnavailable` where no connection comes about.
   */
  readonly lend: <A>(work: (client: PoolClient) => Promise<A>) => Promise<A>
  /** A connection of its own, not yet made, for as long as somebody listens. */
  readonly listener: () => Client
  /** Quoted. */
  readonly schema: string
  /** Where appends of the log are told of. */
  readonly channel: string
  /** Gives up all connections of the pool, when those that are lent have come back. No more can be lent. */
  readonly end: () => Promise<void>
  /** Server, database and schema, for people; without user and password. */
  readonly place: string
}

const CONNECT_MILLISECONDS = 10_000
/** As long as the embedded store waits. */
const LOCK_MILLISECONDS = 5_000
/** A program that was stopped while it held the log would stop all others. */
const IDLE_IN_TRANSACTION_MILLISECONDS = 30_000
/** Numbers of the server's types. */
const INT8 = 20
const INT8_ARRAY = 1016

/** An acknowledged event is on the server's disk, whatever the database says by default. A stronger setting stays. */
const DURABLE = `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'`

/** A name as the server's own, whatever characters it has. */
export const quoted = (name: string): string => escapeIdentifier(name)

/** Throws the driver's error for a URL that is none; it may quote the password. */
export const connectionsTo = (connection: string | PostgresConnection, schema: string): Connections => {
  const config = poolConfig(connection)
  const pool = new Pool(config)
  // A connection that breaks while nobody uses it is replaced at the next use; one in use fails the work that uses it.
  pool.on('error', ignore).on('connect', (client) => client.on('error', ignore))
  const { host, port, database } = new Client(config)
  const place = `postgresql://${host}:${port}/${database ?? ''} schema ${schema}`
  return {
    lend: (work) => lend(pool, place, work),
    listener: () => new Client({ ...config, keepAlive: true, pipeline: false }).on('error', ignore),
    schema: quoted(schema),
    channel: `custody ${schema}`,
    end: () => pool.end(),
    place,
  }
}

/** Runs a statement on a connection. Rejects with the driver's error. */
export const run = async (
  client: PoolClient,
  schema: string,
  { name, text }: Statement,
  values: ReadonlyArray<SqlValue> = []
): Promise<ReadonlyArray<Row>> => {
  refuseZeroCharacters(values)
  const { rows } = await client.query<Row>({ ...(name === undefined ? {} : { name }), text: text(schema), values: [...values] })
  return rows
}

const lend = async <A>(pool: Pool, place: string, work: (client: PoolClient) => Promise<A>): Promise<A> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw new CoreError(unreachable(place, error))
  })
  try {
    const result = await work(client)
    client.release()
    return result
  } catch (error) {
    client.release(!(error instanceof CoreError))
    throw error
  }
}

const poolConfig = (connection: string | PoolConfig): PoolConfig => ({
  connectionTimeoutMillis: CONNECT_MILLISECONDS,
  lock_timeout: LOCK_MILLISECONDS,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MILLISECONDS,
  fallback_application_name: 'custody',
  ...(typeof connection === 'string' ? { connectionString: connection } : connection),
  // A finished program ends though the store was not closed.
  allowExitOnIdle: true,
  pipeline: true,
  types: numbersForLongs(),
  verify: (client, done) => void client.query(DURABLE).then(() => done(), done),
})

const ignore = (): void => undefined

/** Positions and revisions as numbers; whoever reads a row refuses one that is no safe integer. */
const numbersForLongs = (): TypeOverrides => {
  const overrides = new TypeOverrides()
  overrides.setTypeParser(INT8, Number)
  overrides.setTypeParser(INT8_ARRAY, numbers)
  return overrides
}

const numbers = (text: string): ReadonlyArray<number> => (text === '{}' ? [] : text.slice(1, -1).split(',').map(Number))

/** The server has no such character in its texts; embedded stores cut there. */
const refuseZeroCharacters = (values: ReadonlyArray<SqlValue>): void => {
  for (const value of values) {
    const texts = Array.isArray(value) ? value : [value]
    for (const text of texts) {
      if (typeof text === 'string' && text.includes('\0')) throw new RangeError('a stored name holds no zero character')
    }
  }
}
