import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'libsql'

/** Thumbprint of the log key of the log that an earlier program wrote; see test/fixtures/store/MANIFEST.md. */
export const VERSION_1_LOG_ID = '2LosNxKZcSOqsVtLl722viuvMiD4Jv7lf9pcgrkRXmA'

const FIXTURE = join(__dirname, '../../../../../../test/fixtures/store/log-1.db')

/** Puts the log of version 1 in a place. */
export const putVersion1 = (file: string): Promise<void> => copyFile(FIXTURE, file)

/** All rows of a table, read past the store. */
export const rowsOf = (file: string, table: string): ReadonlyArray<unknown> => {
  const database = new Database(file)
  try {
    // One by one, because a list has no Buffers.
    const rows = database.prepare(`SELECT * FROM ${table}`).raw().all([]) as ReadonlyArray<unknown>
    return rows
  } finally {
    database.close()
  }
}

/** A log of version 1 with so many values beside it that changing its tables takes a while. */
export const growVersion1 = (file: string, values: number): void => {
  const database = new Database(file)
  const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${values})`
  database.exec(`${numbers} INSERT INTO state SELECT 'key-envelope', 'k' || i, randomblob(128) FROM n`)
  database.exec(`${numbers} INSERT INTO idempotency SELECT 'note', 'k' || i, 34, 35 FROM n`)
  database.close()
}
