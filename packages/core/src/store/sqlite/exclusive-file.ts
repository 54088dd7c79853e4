import type * as E from 'fp-ts/Either'

import type { StoreFault } from '../../fault/core-fault'
import { ensureLogFile } from './log-file'
import { connect } from './sql'
import { attempt } from './sqlite-fault'

/**
 * Takes a file for this process alone until it gives it back or dies: the operating system keeps the lock, so that no dead
 * process holds it and no process number is compared. The file is made where there is none, and stays empty.
 *
 * @returns what gives it back.
 * @errors `StoreLocked` at once when somebody has it, also this process; `StoreUnavailable`, `DiskFull`.
 */
export const takeExclusiveFile = (file: string): E.Either<StoreFault, () => void> =>
  attempt(file, () => {
    ensureLogFile(file)
    const sql = connect(file, 0)
    try {
      sql.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      sql.close()
      throw error
    }
    return () => {
      // First: a closed connection keeps its locks until it is collected as garbage.
      if (sql.inTransaction()) sql.exec('ROLLBACK')
      sql.close()
    }
  })
