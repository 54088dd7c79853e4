import type { StoredEvent } from '../../event/stored-event'
import type { AppendRequest } from '../event-store'
import { idempotencyStreams } from '../idempotency-streams'
import { eventOf } from '../record-of'
import { idempotencyDigest } from '../row-digest'
import { checkedIdempotencyRow } from '../stored-rows'
import { recordsByPosition } from './log-table'
import { type Columns, firstRow, select } from './select'
import type { Sql } from './sql'

/** The columns of the table. */
export const IDEMPOTENCY: Columns = {
  texts: ['stream', 'key', 'digest'],
  numbers: ['first_position', 'last_position'],
}

const FIND = select(IDEMPOTENCY, 'FROM idempotency WHERE stream = ? AND key = ?')
const PUT = `INSERT INTO idempotency (stream, key, first_position, last_position, digest) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (stream, key) DO NOTHING`

/** The events of the append that used this request's key before on one of its streams. */
export const firstResult = (sql: Sql, request: AppendRequest): ReadonlyArray<StoredEvent> | undefined => {
  const key = request.idempotencyKey
  if (key === undefined) return undefined
  for (const stream of idempotencyStreams(request)) {
    const row = firstRow(sql, FIND, [stream, key])
    if (row === undefined) continue
    const { first, last } = checkedIdempotencyRow(row)
    return recordsByPosition(sql, first - 1, last, last - first + 1).map(eventOf)
  }
  return undefined
}

/** Keeps the positions of an append under its key, once for each stream. */
export const rememberResult = (sql: Sql, request: AppendRequest, first: number, last: number): void => {
  const key = request.idempotencyKey
  if (key === undefined) return
  for (const stream of idempotencyStreams(request)) {
    sql.run(PUT, [stream, key, first, last, idempotencyDigest(stream, key, first, last)])
  }
}
