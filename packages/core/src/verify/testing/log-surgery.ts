import Database from 'libsql'

import { chainHash, genesisHash } from '../../event/chain-hash'

/** A record as the table `log` has it. */
interface Row {
  readonly position: number
  readonly id: string
  readonly stream: string
  readonly revision: number
  readonly type: string
  readonly schema_version: number
  readonly time: number
  readonly causation: string | null
  readonly correlation: string | null
  readonly data: string
}

/** What somebody can do to a database file who has the program's sources and none of its keys. */
export interface LogSurgery {
  /** Runs statements as they are. */
  readonly run: (statements: string) => void
  /** Removes the newest records, and moves the head back so that the file is as it was before them. */
  readonly cutOff: (records: number) => void
  /** Computes every hash and the head anew, after the records were changed at will. */
  readonly rechain: (logId: string) => void
}

/** Opens a database behind the back of its home. Each operation has a connection of its own. */
export const surgeryOn = (file: string): LogSurgery => {
  const withDatabase = <A>(work: (database: Database.Database) => A): A => {
    const database = new Database(file)
    try {
      return work(database)
    } finally {
      database.close()
    }
  }
  const run = (statements: string): void => withDatabase((database) => void database.exec(statements))
  return {
    run,
    cutOff: (records) => {
      run(`DELETE FROM log WHERE position > (SELECT MAX(position) FROM log) - ${records}`)
      run(`UPDATE head SET
        position = (SELECT MAX(position) FROM log),
        hash = (SELECT hash FROM log ORDER BY position DESC LIMIT 1),
        time = (SELECT MAX(time) FROM log)`)
      run('DELETE FROM read_model; DELETE FROM model')
    },
    rechain: (logId) =>
      withDatabase((database) => {
        let hash = genesisHash(logId)
        const rows = database.prepare('SELECT * FROM log ORDER BY position').all() as ReadonlyArray<Row>
        for (const { schema_version: schemaVersion, data: text, ...row } of rows) {
          const before = hash
          hash = chainHash({ ...row, schemaVersion, text, previousHash: before })
          const values = [before, hash, row.position]
          database.prepare('UPDATE log SET previous_hash = ?, hash = ? WHERE position = ?').run(values)
        }
        database.prepare('UPDATE head SET hash = ?').run([hash])
      }),
  }
}
