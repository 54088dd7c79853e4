import type { Sql, SqlValue } from './sql'

/** Rows of one statement: each statement costs a crossing into the engine. */
const ROWS = 32

/** Inserts rows in order. */
export interface Insert {
  /** Table and columns, as in `log (position, id)`. */
  readonly into: string
  readonly columns: number
  /** What follows the values. */
  readonly onConflict?: string
}

/** The statement of an insert of so many rows. */
const statement = ({ into, columns, onConflict = '' }: Insert, rows: number): string => {
  const one = `(${Array.from({ length: columns }, () => '?').join(', ')})`
  return `INSERT INTO ${into} VALUES ${Array.from({ length: rows }, () => one).join(', ')} ${onConflict}`
}

/** An insert with its statements made once; it takes any number of rows, in their order. */
export const insertRows = (insert: Insert): ((sql: Sql, rows: ReadonlyArray<ReadonlyArray<SqlValue>>) => void) => {
  const one = statement(insert, 1)
  const many = statement(insert, ROWS)
  return (sql, rows) => {
    const whole = rows.length - (rows.length % ROWS)
    for (let at = 0; at < whole; at += ROWS) {
      const values: SqlValue[] = []
      for (const row of rows.slice(at, at + ROWS)) values.push(...row)
      sql.run(many, values)
    }
    for (const row of rows.slice(whole)) sql.run(one, row)
  }
}
