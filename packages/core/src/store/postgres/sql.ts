import type { Row } from '../row'

/** What a statement takes for one parameter; a list becomes one of the server's arrays. */
export type SqlValue = string | number | Uint8Array | null | ReadonlyArray<string | number | Uint8Array | null>

/** A statement. All values go as parameters. */
export interface Statement {
  /** Under which it is prepared, once per connection; without one it is not kept. */
  readonly name?: string
  /** @param schema quoted, for use before each table's name: the server's search path is never relied on. */
  readonly text: (schema: string) => string
}

/** Where statements run: a transaction, or for those that only read, any connection. Rejects with the driver's own error. */
export interface Sql {
  /** Server, database and schema, for people. */
  readonly place: string
  readonly rows: (statement: Statement, values?: ReadonlyArray<SqlValue>) => Promise<ReadonlyArray<Row>>
}

/** A transaction under way. */
export interface Transaction extends Sql {
  /** Sends a statement without waiting for its end; its error makes the transaction fail when it is to be committed. */
  readonly send: (statement: Statement, values: ReadonlyArray<SqlValue>) => void
}
