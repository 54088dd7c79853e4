import { pipe } from 'fp-ts/function'
import * as TE from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { StoreFault } from '../../fault/core-fault'
import { checkDigests, type CheckedTable } from '../check-digests'
import { type Row, textOf } from '../row'
import { PAGE } from './log-table'
import { paged } from './paged'
import { attempt } from './postgres-fault'
import type { Sql } from './sql'

/** Each index by its table and columns. */
const INDEXES: ReadonlyArray<readonly [table: string, ...columns: ReadonlyArray<string>]> = [
  ['log', 'position'],
  ['log', 'id'],
  ['log', 'stream', 'revision'],
  ['model', 'name'],
  ['read_model', 'model', 'key', 'id'],
  ['state', 'space', 'key'],
  ['idempotency', 'stream', 'key'],
]

/** What appends meanwhile is not seen, so that both ways of reading see the same rows. */
const ONE_VIEW = 'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY'

/** Leaves the server one way to read rows in order. */
const VIA = {
  table: `SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_indexscan', 'enable_indexonlyscan']) AS off (name)
    UNION ALL SELECT set_config(name, 'on', true) FROM unnest(ARRAY['enable_seqscan', 'enable_sort']) AS back (name)`,
  index: `SELECT set_config(name, 'off', true) FROM unnest(ARRAY['enable_seqscan', 'enable_sort']) AS off (name)
    UNION ALL SELECT set_config(name, 'on', true) FROM unnest(ARRAY['enable_indexscan', 'enable_indexonlyscan']) AS back (name)`,
}

/**
 * Reads each table once by itself and once by each of its indexes and compares the two; the server checks its pages at that.
 * Then compares each row that the chain does not cover with its digest.
 *
 * @param once runs work in a transaction of its own.
 * @errors `LogBroken`, `StateBroken`.
 */
export const selfCheck = (
  sql: Sql,
  once: (work: (within: Sql) => Promise<void>) => Promise<void>
): TE.TaskEither<StoreFault, void> =>
  pipe(
    () => attempt(sql.place, () => once(checkIndexes)),
    TE.flatMap(() => checkDigests((table) => rowsOf(sql, table)))
  )

const checkIndexes = async (sql: Sql): Promise<void> => {
  await sql.rows({ text: () => ONE_VIEW })
  for (const [table, ...columns] of INDEXES) {
    const names = columns.join(', ')
    const read = async (via: string): Promise<string> => {
      await sql.rows({ text: () => via })
      const [row = {}] = await sql.rows({
        text: (schema) => `SELECT concat_ws(' ', count(*), sum(hashtextextended(concat_ws(E'\\x1f', ${names}), 0))) AS sum
          FROM (SELECT ${names} FROM ${schema}.${table} ORDER BY ${names}) AS ordered`,
      })
      return textOf(row, 'sum')
    }
    const [byTable, byIndex] = [await read(VIA.table), await read(VIA.index)]
    if (byTable !== byIndex) throw indexBroken(`${table} (${names})`)
  }
}

const indexBroken = (index: string): CoreError =>
  new CoreError({ type: 'LogBroken', position: 0, expected: `an index of ${index} that fits its table`, found: 'another' })

const rowsOf = (sql: Sql, { name, key: [first, second] }: CheckedTable): Observable<Row> => {
  const keys = `${first}, ${second}`
  return paged<Row, Row | undefined>(sql.place, undefined, () => ({
    after: (row) =>
      sql.rows(
        {
          text: (schema) => `SELECT * FROM ${schema}.${name} WHERE $1::text IS NULL OR (${keys}) > ($1, $2)
            ORDER BY ${keys} LIMIT ${PAGE}`,
        },
        row === undefined ? [null, null] : [textOf(row, first), textOf(row, second)]
      ),
    placeOf: (row) => row,
  }))
}
