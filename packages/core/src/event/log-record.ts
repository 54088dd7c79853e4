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
export const storedEvent = ({ text, ...place }: LogRecord): E.Either<EventUnreadable, StoredEvent> => {
  try {
    return E.right({ ...place, data: JSON.parse(text) as unknown })
  } catch {
    return E.left({
      type: 'EventUnreadable',
      position: place.position,
      eventType: place.type,
      why: 'the data is not JSON',
    })
  }
}
