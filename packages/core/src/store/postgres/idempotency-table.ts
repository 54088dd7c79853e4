import type { AppendRequest } from '../event-store'
import { idempotencyStreams } from '../idempotency-streams'
import { idempotencyDigest } from '../row-digest'
import type { Statement, Transaction } from './sql'

const PUT: Statement = {
  name: 'custody_remember',
  text: (schema) => `INSERT INTO ${schema}.idempotency (stream, key, first_position, last_position, digest)
    SELECT stream, $2, $3, $4, digest FROM unnest($1::text[], $5::text[]) AS named (stream, digest)
    ON CONFLICT (stream, key) DO NOTHING`,
}

/** Keeps the positions of an append under its key, once for each stream. */
export const sendResult = (sql: Transaction, request: AppendRequest, first: number, last: number): void => {
  const key = request.idempotencyKey
  if (key === undefined) return
  const streams = idempotencyStreams(request)
  sql.send(PUT, [streams, key, first, last, streams.map((stream) => idempotencyDigest(stream, key, first, last))])
}
