import type { Sql } from './sql'

/** Runs work under the write lock, all or nothing. No other process writes between its reads and its writes. */
export const transaction = <A>(sql: Sql, work: () => A): A => {
  sql.run('BEGIN IMMEDIATE')
  try {
    const result = work()
    sql.run('COMMIT')
    return result
  } catch (error) {
    // On a full disk the engine has rolled back by itself.
    if (sql.inTransaction()) sql.run('ROLLBACK')
    throw error
  }
}
