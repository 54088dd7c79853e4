import type { Projection } from '../event-store'
import { modelChanges } from '../model-changes'
import { eventOf } from '../record-of'
import { numberOf } from '../row'
import { recordsByPosition } from './log-table'
import { findSeen, sendChanges } from './read-model-table'
import type { Statement, Transaction } from './sql'

const LOCK: Statement = {
  name: 'custody_lock',
  text: (schema) => `UPDATE ${schema}.head SET turn = turn + 1 RETURNING position`,
}

/**
 * Brings a model up to a position from the log, in a transaction that holds the log. It lags when the program that appended
 * did not know it.
 */
export const catchUp = async (sql: Transaction, projection: Projection, position: number): Promise<void> => {
  let at = await findSeen(sql, projection.model)
  while (at < position) {
    const { records } = await recordsByPosition(sql, at, position)
    const last = records[records.length - 1]
    if (last === undefined) break
    sendChanges(sql, [projection.model], modelChanges(projection, records.map(eventOf)), last.position)
    at = last.position
  }
}

/** Takes the log's lock and brings a model up to the end. */
export const catchUpWithin = async (sql: Transaction, projection: Projection): Promise<void> => {
  const [head] = await sql.rows(LOCK)
  if (head !== undefined) await catchUp(sql, projection, numberOf(head, 'position'))
}
