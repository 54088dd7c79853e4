import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import { checkDigests, type CheckedTable } from '../check-digests'
import { type Row, textOf } from '../row'
import { IDEMPOTENCY } from './idempotency-table'
import { PAGE, paged } from './paged'
import { rows, type Select, select } from './select'
import type { Sql } from './sql'
import { attempt } from './sqlite-fault'
import { STATE } from './state-table'

/**
 * Has the engine compare its tables and indexes with each other, then compares each row that the chain does not cover with
 * its digest.
 *
 * @errors `LogBroken` with the engine's words, `StateBroken`.
 */
export const selfCheck = (place: string, sql: () => Sql): TE.TaskEither<StoreFault, void> =>
  pipe(
    TE.fromIOEither(() => attempt(place, () => checkStructure(sql()))),
    TE.flatMap(() => checkDigests((table) => rowsOf(place, sql, table)))
  )

const INTEGRITY = select({ texts: ['integrity_check'] }, 'FROM pragma_integrity_check(1)')

const checkStructure = (sql: Sql): void => {
  for (const row of rows(sql, INTEGRITY)) {
    const found = textOf(row, 'integrity_check')
    if (found !== 'ok') throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a whole log database', found })
  }
}

const rowsOf = (place: string, sql: () => Sql, { name, key: [first, second] }: CheckedTable): Observable<Row> => {
  const page = (above: '>' | '>='): Select =>
    select(
      name === 'state' ? STATE : IDEMPOTENCY,
      `FROM ${name} WHERE (${first}, ${second}) ${above} (?, ?) ORDER BY ${first}, ${second} LIMIT ${PAGE}`
    )
  return paged<Row, Row | undefined>(place, undefined, () => ({
    after: (row) =>
      row === undefined
        ? rows(sql(), page('>='), ['', ''])
        : rows(sql(), page('>'), [textOf(row, first), textOf(row, second)]),
    placeOf: (row) => row,
  }))
}
