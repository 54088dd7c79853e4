import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { CoreFault } from '../../fault/core-fault'
import { type Connections, connectionsTo, type PostgresConnection } from './connection'
import { attempt } from './postgres-fault'
import { type PostgresStore, postgresStore, type PostgresStoreEnv } from './postgres-store'
import { prepareSchema } from './schema'

/** Where a store lies and what it works with. */
export interface PostgresStoreOptions extends PostgresStoreEnv {
  /** Address of the server, as a URL `postgresql://user@host:port/database?…` or by its parts. */
  readonly connection: string | PostgresConnection
  /** Schema of the database that the log has for itself, made where there is none; `custody` where nothing is said. */
  readonly schema?: string
  /** Thumbprint of the log key. Read only when the schema is new: a log stays tied to the key that it began with. */
  readonly logId: string
}

/** The server cuts names at 63 bytes, and the log's channel is named after its schema. */
const LONGEST_SCHEMA_BYTES = 50

/**
 * Opens a store on a PostgreSQL server, version 14 or newer. Any number of programs may have it open; appends are serial
 * over all of them. Nothing is verified here (`verifyLog` does that), so opening takes the same time for a log of any length.
 *
 * @errors `StoreUnavailable` with the server's, the driver's or the network's code; `StoreLocked`, `DiskFull`,
 * `LogNewerVersion`, `LogBroken` for a schema with other tables; `BadInput` for a URL or a schema's name that is none.
 */
export const openPostgresStore =
  (options: PostgresStoreOptions): TaskEither<CoreFault, PostgresStore> =>
  async () => {
    const { schema = 'custody', logId } = options
    const connections = connectionsFor(options.connection, schema)
    if (E.isLeft(connections)) return connections
    const prepared = await attempt(connections.right.place, () => prepareSchema(connections.right, schema, logId))
    if (E.isRight(prepared)) return E.right(postgresStore(connections.right, options))
    await connections.right.end()
    return prepared
  }

const connectionsFor = (connection: string | PostgresConnection, schema: string): E.Either<CoreFault, Connections> => {
  if (schema === '' || Buffer.byteLength(schema) > LONGEST_SCHEMA_BYTES || /^pg_|\0/.test(schema)) {
    return badInput('schema', `a name of at most ${LONGEST_SCHEMA_BYTES} bytes that does not begin with pg_`, schema)
  }
  try {
    return E.right(connectionsTo(connection, schema))
  } catch {
    // What the driver says may quote the password.
    return badInput('connection', 'a URL postgresql://user@host:port/database', 'something else')
  }
}

const badInput = (where: string, expected: string, found: string): E.Either<CoreFault, never> =>
  E.left({ type: 'BadInput', where, expected, found })
