import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { setTimeout as sleep } from 'node:timers/promises'

import type { CoreFault, StoreFault } from '../../fault/core-fault'
import { ensureLogFile } from './log-file'
import { prepareSchema } from './schema'
import { connect, type Sql } from './sql'
import { attempt } from './sqlite-fault'
import { type SqliteStore, sqliteStore, type SqliteStoreEnv } from './sqlite-store'

/** Where a store lies and what it works with. */
export interface SqliteStoreOptions extends SqliteStoreEnv {
  /** Made with mode 0600 where there is none; its folder must exist. */
  readonly file: string
  /** Thumbprint of the log key. Read only when the file is new: a log stays tied to the key that it began with. */
  readonly logId: string
}

/** While one process makes the file, the engine refuses others at once instead of letting them wait. */
const OPEN_ATTEMPTS = 100
/** Under a lock that lasts, each try waits as long as any statement does, so that few are enough. Microseconds. */
const OPEN_WAIT = 2_000_000
const OPEN_PAUSE_MILLISECONDS = 20

/**
 * Opens the embedded store. Any number of processes may have it open; appends are serial over all of them. Nothing is
 * verified here (`verifyLog` does that), so opening takes the same time for a log of any length.
 *
 * @errors `StoreUnavailable` with the file system's or the engine's code, `StoreLocked`, `DiskFull`, `LogNewerVersion`,
 * `LogBroken` for a file that is no log.
 */
export const openSqliteStore =
  (options: SqliteStoreOptions): TaskEither<CoreFault, SqliteStore> =>
  async () => {
    const until = options.clock.now() + OPEN_WAIT
    for (let attempts = 1; ; attempts++) {
      const opened = openOnce(options)
      const locked = E.isLeft(opened) && opened.left.type === 'StoreLocked'
      const wait = locked && attempts < OPEN_ATTEMPTS && options.clock.now() < until
      if (!wait) return opened
      await sleep(OPEN_PAUSE_MILLISECONDS)
    }
  }

const openOnce = (options: SqliteStoreOptions): E.Either<StoreFault, SqliteStore> => {
  const { file, logId } = options
  return attempt(file, () => {
    ensureLogFile(file)
    const sql = connect(file)
    closedOnThrow(sql, () => prepareSchema(sql, logId))
    return sqliteStore(sql, file, options)
  })
}

const closedOnThrow = (sql: Sql, work: () => void): void => {
  try {
    work()
  } catch (error) {
    sql.close()
    throw error
  }
}
