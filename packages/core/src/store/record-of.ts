import * as E from 'fp-ts/Either'

import { type LogRecord, storedEvent } from '../event/log-record'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import { numberOf, optionalTextOf, type Row, textOf } from './row'

const LARGEST_VERSION = 2 ** 32 - 1

/** The event of a record. Throws {@link CoreError} with `EventUnreadable`. */
export const eventOf = (record: LogRecord): StoredEvent => {
  const event = storedEvent(record)
  if (E.isLeft(event)) throw new CoreError(event.left)
  return event.right
}

/** As {@link eventOf}, where there may be none. */
export const optionalEventOf = (record: LogRecord | undefined): StoredEvent | undefined =>
  record === undefined ? undefined : eventOf(record)

/** The record in a row of the table `log`, which has the same columns on all engines. Throws {@link CoreError} with `LogBroken`. */
export const recordOf = (row: Row): LogRecord => ({
  id: textOf(row, 'id'),
  stream: textOf(row, 'stream'),
  revision: numberOf(row, 'revision'),
  position: numberOf(row, 'position'),
  type: textOf(row, 'type'),
  schemaVersion: numberOf(row, 'schema_version', LARGEST_VERSION),
  time: numberOf(row, 'time'),
  causation: optionalTextOf(row, 'causation'),
  correlation: optionalTextOf(row, 'correlation'),
  previousHash: textOf(row, 'previous_hash'),
  hash: textOf(row, 'hash'),
  text: textOf(row, 'data'),
})
