import type { AppendRequest } from '../event-store'
import { idempotencyStreams } from '../idempotency-streams'
import type { Statement, Transaction } from './sql'

const PUT: Statement = {
  name: 'custody_remember',
  text: (schema) => `INSERT INTO ${schema}.idempotency (stream, key, first_position, last_position)
    SELECT stream, $2, $3, $4 FROM unnest($1::text[]) AS named (stream) ON CONFLICT (stream, key) DO NOTHING`,
}

/** Keeps the positions of an append under its key, once for each stream. */
export const sendResult = (sql: Transaction, request: AppendRequest, first: number, last: number): void => {
  const key = request.idempotencyKey
  if (key !== undefined) sql.send(PUT, [idempotencyStreams(request), key, first, last])
}
