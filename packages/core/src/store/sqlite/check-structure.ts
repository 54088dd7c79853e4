import { CoreError } from '../../fault/core-error'
import { textOf } from '../row'
import type { Sql } from './sql'

/** Has the engine compare its tables and indexes with each other. Throws {@link CoreError} with `LogBroken`. */
export const checkStructure = (sql: Sql): void => {
  for (const row of sql.all('PRAGMA integrity_check(1)')) {
    const found = textOf(row, 'integrity_check')
    if (found !== 'ok') throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a whole log database', found })
  }
}
