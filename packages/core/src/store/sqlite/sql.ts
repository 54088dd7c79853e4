import Database from 'libsql'

/** What SQLite stores in a column here. */
export type SqlValue = string | number | Uint8Array | null

/** One connection. Statements are prepared at first use and kept; every call throws the engine's own error. */
export interface Sql {
  /** The database file. */
  readonly place: string
  /** Runs statements without values. */
  readonly exec: (text: string) => void
  readonly run: (text: string, values?: ReadonlyArray<SqlValue>) => void
  /** The rows of a statement, each as its values. Tables are asked by `select`, which says why. */
  readonly rows: (text: string, values?: ReadonlyArray<SqlValue>) => ReadonlyArray<ReadonlyArray<unknown>>
  /** The first row of a statement. */
  readonly first: (text: string, values?: ReadonlyArray<SqlValue>) => ReadonlyArray<unknown> | undefined
  readonly inTransaction: () => boolean
  /** The engine gives the file back when the statements of this connection are collected as garbage, not before. */
  readonly close: () => void
}

/** How long a statement waits for another process's transaction. */
const BUSY_TIMEOUT_MILLISECONDS = 5000

/** Keys are random, so that rows that are added together lie on pages all over the file. KiB. */
const CACHE = 32 * 1024
/** Pages that the write-ahead log may hold before they are written back: many changes of a page are then one. */
const WRITTEN_BACK_AFTER = 16_000

const SETTINGS = `PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF;
PRAGMA cache_size = -${CACHE}; PRAGMA wal_autocheckpoint = ${WRITTEN_BACK_AFTER}`

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
    rows: (text, values = []) => statement(text).raw().all(storable(values)) as ReadonlyArray<ReadonlyArray<unknown>>,
    first: (text, values = []) => statement(text).raw().get(storable(values)) as ReadonlyArray<unknown> | undefined,
    inTransaction: () => database.inTransaction,
    close: () => {
      statements.clear()
      database.close()
    },
  }
  sql.exec(SETTINGS)
  return sql
}

/** Text is told apart by zero characters where it is read, so that none may hold one. */
const storable = (values: ReadonlyArray<SqlValue>): ReadonlyArray<SqlValue> => {
  for (const value of values) {
    if (typeof value === 'string' && value.includes('\0')) throw new RangeError('a stored name holds no zero character')
  }
  return values
}
