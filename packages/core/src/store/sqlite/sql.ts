import Database from 'libsql'

import type { Row } from '../row'

/** What SQLite stores in a column here. */
export type SqlValue = string | number | Uint8Array | null

/** One connection. Statements are prepared at first use and kept; every call throws the engine's own error. */
export interface Sql {
  /** The database file. */
  readonly place: string
  /** Runs statements without values. */
  readonly exec: (text: string) => void
  readonly run: (text: string, values?: ReadonlyArray<SqlValue>) => void
  readonly get: (text: string, values?: ReadonlyArray<SqlValue>) => Row | undefined
  readonly all: (text: string, values?: ReadonlyArray<SqlValue>) => ReadonlyArray<Row>
  readonly inTransaction: () => boolean
  readonly close: () => void
}

/** How long a statement waits for another process's transaction. */
const BUSY_TIMEOUT_MILLISECONDS = 5000

const SETTINGS = 'PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF'

/** Opens a connection to an existing file. While a statement waits for a lock, so does the whole process. */
export const connect = (file: string, waitMilliseconds = BUSY_TIMEOUT_MILLISECONDS): Sql => {
  const database = new Database(file, { timeout: waitMilliseconds })
  const statements = new Map<string, Database.Statement>()
  const statement = (text: string): Database.Statement => {
    const known = statements.get(text)
    if (known !== undefined) return known
    const prepared = database.prepare(text)
    statements.set(text, prepared)
    return prepared
  }
  // Values always go as one array: the engine aborts the process when it is given a single binary value by itself.
  const sql: Sql = {
    place: file,
    exec: (text) => void database.exec(text),
    run: (text, values = []) => void statement(text).run(storable(values)),
    get: (text, values = []) => statement(text).get(storable(values)) as Row | undefined,
    all: (text, values = []) => statement(text).all(storable(values)) as ReadonlyArray<Row>,
    inTransaction: () => database.inTransaction,
    close: () => {
      statements.clear()
      database.close()
    },
  }
  sql.exec(SETTINGS)
  return sql
}

/** Text is read back up to its first zero character, so that a name with one would not be the name that was hashed. */
const storable = (values: ReadonlyArray<SqlValue>): ReadonlyArray<SqlValue> => {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new RangeError('a stored name holds no zero character')
  }
  return values
}
