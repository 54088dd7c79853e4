import type { Clock } from '../../clock/clock'
import { chainHash } from '../../event/chain-hash'
import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import { uuidV7 } from '../../event/uuid-v7'
import { CoreError } from '../../fault/core-error'
import type { Random } from '../../random/random'
import type { AppendRequest, NewEvent, Projection } from '../event-store'
import type { LogHead } from '../log-access'
import { eventOf, insertRecord, readHead, readRevision, writeHead } from './log-table'
import { catchUp, project } from './read-model-table'
import { firstResult, rememberResult } from './idempotency-table'
import type { Sql } from './sql'
import { changeState } from './state-table'

/** What an append needs beside the connection. */
export interface AppendEnv {
  readonly clock: Clock
  readonly random: Random
  readonly projections: ReadonlyArray<Projection>
}

/** The steps of an append, in its transaction. Throws {@link CoreError} with `RevisionConflict`, and the engine's errors. */
export const appendWithin = (sql: Sql, env: AppendEnv, request: AppendRequest): ReadonlyArray<StoredEvent> => {
  const repeated = firstResult(sql, request)
  if (repeated !== undefined) return repeated
  const revisions = checkRevisions(sql, request)
  const before = readHead(sql)
  // Before the new events are there, so that no model sees them twice.
  for (const projection of env.projections) catchUp(sql, projection, before.position)
  const records = recordsOf(env, request, before, revisions)
  for (const record of records) insertRecord(sql, record)
  const events = records.map(eventOf)
  const head = records[records.length - 1]
  if (head !== undefined) {
    writeHead(sql, head)
    for (const projection of env.projections) project(sql, projection, events, head.position)
  }
  for (const change of request.state ?? []) changeState(sql, change)
  rememberResult(sql, request, before.position + 1, before.position + records.length)
  return events
}

const checkRevisions = (sql: Sql, request: AppendRequest): Map<string, number> => {
  const revisions = new Map<string, number>()
  for (const { stream, expectedRevision: expected } of request.appends) {
    const actual = revisions.get(stream) ?? readRevision(sql, stream)
    revisions.set(stream, actual)
    if (expected !== 'any' && expected !== actual) {
      throw new CoreError({ type: 'RevisionConflict', stream, expected, actual })
    }
  }
  return revisions
}

const recordsOf = (
  { clock, random }: AppendEnv,
  request: AppendRequest,
  before: LogHead,
  revisions: Map<string, number>
): ReadonlyArray<LogRecord> => {
  const time = clock.now()
  const origin = { causation: request.causation ?? null, correlation: request.correlation ?? null }
  const records: LogRecord[] = []
  let head = before
  for (const { stream, events } of request.appends) {
    for (const event of events) {
      const revision = (revisions.get(stream) ?? 0) + 1
      revisions.set(stream, revision)
      const { type, schemaVersion } = event
      const place = { id: uuidV7(clock, random), stream, revision, position: head.position + 1 }
      const content = { type, schemaVersion, time, ...origin, text: jsonText(event) }
      const unhashed = { ...place, ...content, previousHash: head.hash }
      const record = { ...unhashed, hash: chainHash(unhashed) }
      records.push(record)
      head = record
    }
  }
  return records
}

const jsonText = ({ type, data }: NewEvent): string => {
  const text = JSON.stringify(data) as string | undefined
  if (text === undefined) throw new TypeError(`${type}: the data is no JSON value`)
  return text
}
