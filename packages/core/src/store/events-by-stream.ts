import type { LogRecord } from '../event/log-record'
import type { StoredEvent } from '../event/stored-event'
import { eventOf } from './record-of'

/** Parts records, which come in order of revision within a stream, by the streams that were asked for. */
export const eventsByStream = (
  streams: ReadonlyArray<string>,
  records: ReadonlyArray<LogRecord>
): ReadonlyMap<string, ReadonlyArray<StoredEvent>> => {
  const parted = new Map<string, StoredEvent[]>(streams.map((stream) => [stream, []]))
  for (const record of records) parted.get(record.stream)?.push(eventOf(record))
  return parted
}
