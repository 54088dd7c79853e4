import type { Clock } from '../clock/clock'
import { chainHash } from '../event/chain-hash'
import type { LogRecord } from '../event/log-record'
import { uuidV7 } from '../event/uuid-v7'
import type { Random } from '../random/random'
import type { AppendRequest, NewEvent } from './event-store'
import type { LogHead } from './log-head'

/** Where an append goes: the newest record, and the revision of each stream that it names. */
export interface AppendPlace {
  readonly head: LogHead
  readonly revisions: ReadonlyMap<string, number>
}

/**
 * The records of an append, chained to the head. The same on all engines.
 *
 * Throws for data that is no JSON value, for a name with a zero character and for an id that is no UUIDv7: bugs of the caller.
 */
export const chainRecords = (
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  request: AppendRequest,
  place: AppendPlace
): ReadonlyArray<LogRecord> => {
  const time = clock.now()
  checkNames(request)
  const origin = { causation: request.causation ?? null, correlation: request.correlation ?? null }
  const revisions = new Map(place.revisions)
  const records: LogRecord[] = []
  let { position, hash: previousHash } = place.head
  for (const { stream, events } of request.appends) {
    for (const event of events) {
      const { type, schemaVersion } = event
      const revision = (revisions.get(stream) ?? 0) + 1
      revisions.set(stream, revision)
      position += 1
      const names = { id: idOf(event) ?? uuidV7(clock, random), stream, revision, position, type, schemaVersion }
      const unhashed = { ...names, time, ...origin, text: jsonText(event), previousHash }
      const record = { ...unhashed, hash: chainHash(unhashed) }
      records.push(record)
      previousHash = record.hash
    }
  }
  return records
}

/** The head after records that were appended to it. */
export const headAfter = (head: LogHead, records: ReadonlyArray<LogRecord>): LogHead => {
  const last = records[records.length - 1]
  return last === undefined
    ? head
    : { position: last.position, hash: last.hash, time: Math.max(head.time, last.time) }
}

/** Engines read a text up to its first zero character, so that a name with one would not be the name that was hashed. */
const checkNames = ({ appends, causation = '', correlation = '', idempotencyKey = '' }: AppendRequest): void => {
  const streams = appends.flatMap(({ stream, events }) => [stream, ...events.map(({ type }) => type)])
  if ([causation, correlation, idempotencyKey, ...streams].some((name) => name.includes('\0'))) {
    throw new RangeError('a stored name holds no zero character')
  }
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const idOf = ({ type, id }: NewEvent): string | undefined => {
  if (id !== undefined && !UUID_V7.test(id)) throw new RangeError(`${type}: the id is no UUIDv7`)
  return id
}

const jsonText = ({ type, data }: NewEvent): string => {
  const text = JSON.stringify(data) as string | undefined
  if (text === undefined) throw new TypeError(`${type}: the data is no JSON value`)
  return text
}
