import type * as E from 'fp-ts/Either'

import type { StoreFault } from '../../fault/core-fault'
import { ensureLogFile } from './log-file'
import { connect } from './sql'
import { attempt } from './sqlite-fault'

/**
 * Copies a log as it stands at one moment into a new file with mode 0600, whoever else writes to it meanwhile.
 *
 * @errors as for opening the log.
 */
export const copySqliteLog = (from: string, to: string): E.Either<StoreFault, void> =>
  attempt(from, () => {
    ensureLogFile(to)
    const sql = connect(from)
    try {
      // The engine takes a file that is empty.
      sql.run('VACUUM INTO ?', [to])
    } finally {
      sql.close()
    }
  })
