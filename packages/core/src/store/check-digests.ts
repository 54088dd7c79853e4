import type { TaskEither } from 'fp-ts/TaskEither'
import { concat, ignoreElements, map, type Observable } from 'rxjs'

import type { StoreFault } from '../fault/core-fault'
import { lastOf } from './last-of'
import { type Row, textOf } from './row'
import { checkedIdempotencyRow, checkedStateRow } from './stored-rows'

/** A table whose rows have digests, because the chain does not cover them. Its primary key is two texts. */
export interface CheckedTable {
  readonly name: 'state' | 'idempotency'
  readonly key: readonly [string, string]
  /** Throws `CoreError` with `StateBroken` for a row whose digest is another one. */
  readonly check: (row: Row) => unknown
}

const TABLES: ReadonlyArray<CheckedTable> = [
  { name: 'state', key: ['space', 'key'], check: (row) => checkedStateRow(textOf(row, 'space'), row) },
  { name: 'idempotency', key: ['stream', 'key'], check: checkedIdempotencyRow },
]

/**
 * Compares each row that has one with its digest: over whole tables, so that a row under a name that nobody looks up is
 * found too.
 *
 * @param rows all rows of a table.
 * @errors `StateBroken`, and those of `rows`.
 */
export const checkDigests = (rows: (table: CheckedTable) => Observable<Row>): TaskEither<StoreFault, void> =>
  lastOf(concat(...TABLES.map((table) => rows(table).pipe(map(table.check)))).pipe(ignoreElements()), undefined)
