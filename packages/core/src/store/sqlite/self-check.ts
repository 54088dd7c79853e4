import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { ignoreElements, map } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import { lastOf } from '../last-of'
import { type Row, textOf } from '../row'
import { checkedIdempotencyRow, checkedStateRow } from '../stored-rows'
import { PAGE, paged } from './paged'
import type { Sql } from './sql'
import { attempt } from './sqlite-fault'

/** A table whose rows have digests; its primary key is two texts. */
interface CheckedTable {
  readonly name: string
  readonly key: readonly [string, string]
  /** Throws for a row whose digest is another one. */
  readonly check: (row: Row) => unknown
}

const STATE: CheckedTable = {
  name: 'state',
  key: ['space', 'key'],
  check: (row) => checkedStateRow(textOf(row, 'space'), row),
}

const IDEMPOTENCY: CheckedTable = { name: 'idempotency', key: ['stream', 'key'], check: checkedIdempotencyRow }

/**
 * Has the engine compare its tables and indexes with each other, then compares each row that the chain does not cover with
 * its digest.
 *
 * @errors `LogBroken` with the engine's words, `StateBroken`.
 */
export const selfCheck = (place: string, sql: () => Sql): TE.TaskEither<StoreFault, void> =>
  pipe(
    TE.fromIOEither(() => attempt(place, () => checkStructure(sql()))),
    TE.flatMap(() => checkRows(place, sql, STATE)),
    TE.flatMap(() => checkRows(place, sql, IDEMPOTENCY))
  )

const checkStructure = (sql: Sql): void => {
  for (const row of sql.all('PRAGMA integrity_check(1)')) {
    const found = textOf(row, 'integrity_check')
    if (found !== 'ok') throw new CoreError({ type: 'LogBroken', position: 0, expected: 'a whole log database', found })
  }
}

/** Over the whole table, so that a row under a name that nobody looks up is found too. */
const checkRows = (
  place: string,
  sql: () => Sql,
  { name, key: [first, second], check }: CheckedTable
): TE.TaskEither<StoreFault, void> => {
  const page = (above: '>' | '>='): string =>
    `SELECT * FROM ${name} WHERE (${first}, ${second}) ${above} (?, ?) ORDER BY ${first}, ${second} LIMIT ${PAGE}`
  const rows$ = paged<Row, Row | undefined>(place, undefined, () => ({
    after: (row) =>
      row === undefined
        ? sql().all(page('>='), ['', ''])
        : sql().all(page('>'), [textOf(row, first), textOf(row, second)]),
    placeOf: (row) => row,
  }))
  return lastOf(rows$.pipe(map(check), ignoreElements()), undefined)
}
