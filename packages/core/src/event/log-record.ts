import * as E from 'fp-ts/Either'

import type { EventUnreadable } from './decode-event'
import type { StoredEvent } from './stored-event'

/** A record of the log as it is stored: the data is the JSON text that the hash covers, not yet decoded. */
export interface LogRecord extends Omit<StoredEvent, 'data'> {
  readonly text: string
}

/**
 * The event of a record.
 *
 * @errors `EventUnreadable` when the text is no JSON.
 */
export const storedEvent = (record: LogRecord): E.Either<EventUnreadable, StoredEvent> => {
  const { id, stream, revision, position, type, schemaVersion, time, causation, correlation, previousHash, hash } = record
  try {
    const data = JSON.parse(record.text) as unknown
    // Member by member: millions are read, and copying the rest of a record takes longer than reading its text.
    return E.right({
      id,
      stream,
      revision,
      position,
      type,
      schemaVersion,
      time,
      causation,
      correlation,
      previousHash,
      hash,
      data,
    })
  } catch {
    return E.left({ type: 'EventUnreadable', position, eventType: type, why: 'the data is not JSON' })
  }
}
