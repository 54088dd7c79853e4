import type { Clock } from '../clock/clock'
import { chainHash, type HashedRecord } from '../event/chain-hash'
import type { LogRecord } from '../event/log-record'
import { uuidsV7 } from '../event/uuid-v7'
import type { Random } from '../random/random'
import type { AppendRequest, NewEvent } from './event-store'
import type { LogHead } from './log-head'

/** Where an append goes: the newest record, and the revision of each stream that it names. */
export interface AppendPlace {
  readonly head: LogHead
  readonly revisions: ReadonlyMap<string, number>
  /** Of all events of the append, microseconds since 1970. */
  readonly time: number
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
  const { causation = null, correlation = null } = request
  checkNames([causation, correlation, request.idempotencyKey])
  const { time } = place
  const ids = freshIds(clock, random, request)
  const revisions = new Map(place.revisions)
  const records: LogRecord[] = []
  let { position, hash: previousHash } = place.head
  for (const { stream, events } of request.appends) {
    let revision = revisions.get(stream) ?? 0
    for (const event of events) {
      const { type, schemaVersion } = event
      checkNames([stream, type])
      position += 1
      revision += 1
      const id = idOf(event) ?? ids.pop() ?? ''
      const text = jsonText(event)
      const origin = { time, causation, correlation }
      const record = link({ id, stream, revision, position, type, schemaVersion, ...origin, text, previousHash })
      records.push(record)
      previousHash = record.hash
    }
    revisions.set(stream, revision)
  }
  return records
}

const link = (record: HashedRecord): LogRecord => Object.assign(record, { hash: chainHash(record) })

/** The head after records that were appended to it. */
export const headAfter = (head: LogHead, records: ReadonlyArray<LogRecord>): LogHead => {
  const last = records[records.length - 1]
  return last === undefined
    ? head
    : { position: last.position, hash: last.hash, time: Math.max(head.time, last.time) }
}

/** Engines read a text up to its first zero character, so that a name with one would not be the name that was hashed. */
const checkNames = (names: ReadonlyArray<string | null | undefined>): void => {
  for (const name of names) {
    if (name?.includes('\0') === true) throw new RangeError('a stored name holds no zero character')
  }
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** For the events that bring none, the first of them last. */
const freshIds = (clock: Clock, random: Random, { appends }: AppendRequest): string[] => {
  const nameless = appends.reduce((sum, { events }) => sum + events.filter(({ id }) => id === undefined).length, 0)
  return [...uuidsV7(clock, random, nameless)].reverse()
}

const idOf = ({ type, id }: NewEvent): string | undefined => {
  if (id !== undefined && !UUID_V7.test(id)) throw new RangeError(`${type}: the id is no UUIDv7`)
  return id
}

const jsonText = ({ type, data }: NewEvent): string => {
  const text = JSON.stringify(data) as string | undefined
  if (text === undefined) throw new TypeError(`${type}: the data is no JSON value`)
  return text
}
