import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import type { AppendEnv } from '../append-env'
import { type AppendPlace, chainRecords, headAfter } from '../chain-records'
import { checkModel, checkRevisions } from '../check-expectations'
import type { AppendRequest, StreamAppend } from '../event-store'
import { modelChanges, projectionOf } from '../model-changes'
import { eventOf } from '../record-of'
import { catchUp } from './catch-up'
import { sendResult } from './idempotency-table'
import { recordsByPosition, sendHead, sendRecords } from './log-table'
import { look, type Look } from './look'
import { sendChanges } from './read-model-table'
import type { Transaction } from './sql'
import { sendState } from './state-table'

/** Events that are hashed and sent at once. */
const PIECE = 250

/**
 * The steps of an append, in its transaction. Throws `CoreError` with `RevisionConflict` or `ModelConflict`, and the
 * driver's errors.
 */
export const appendWithin = async (
  sql: Transaction,
  env: AppendEnv,
  request: AppendRequest
): Promise<ReadonlyArray<StoredEvent>> => {
  for (const { model } of request.expects ?? []) projectionOf(env.projections, model)
  const seen = await look(sql, env, request)
  if (seen.repeated !== undefined) return eventsBetween(sql, seen.repeated)
  const revisions = checkRevisions(request, (stream) => seen.revisions.get(stream) ?? 0)
  const { ids } = await broughtUp(sql, env, request, seen)
  request.expects?.forEach((expectation, index) => checkModel(expectation, ids[index] ?? []))
  const { head } = seen
  const records = sendChained(sql, env, request, { head, revisions, time: env.clock.now() })
  const after = headAfter(head, records)
  sendHead(sql, after)
  const events = records.map(eventOf)
  if (records.length > 0) {
    const changes = env.projections.flatMap((projection) => modelChanges(projection, events))
    sendChanges(sql, env.projections.map(({ model }) => model), changes, after.position)
  }
  sendState(sql, request.state ?? [])
  sendResult(sql, request, head.position + 1, after.position)
  return events
}

/** Sends the records while the next are being hashed, so that in a large append the server does not wait for all of them. */
const sendChained = (
  sql: Transaction,
  env: AppendEnv,
  request: AppendRequest,
  { time, ...start }: AppendPlace
): ReadonlyArray<LogRecord> => {
  const revisions = new Map(start.revisions)
  let { head } = start
  return pieces(request).flatMap((piece) => {
    const records = chainRecords(env, piece, { head, revisions, time })
    sendRecords(sql, records)
    for (const { stream, revision } of records) revisions.set(stream, revision)
    head = headAfter(head, records)
    return records
  })
}

/** The request in parts of at most {@link PIECE} events, in order. */
const pieces = (request: AppendRequest): ReadonlyArray<AppendRequest> => {
  const appends: StreamAppend[][] = [[]]
  let room = PIECE
  for (const append of request.appends) {
    for (let at = 0; at < append.events.length; at += PIECE) {
      const events = append.events.slice(at, at + PIECE)
      if (events.length > room) {
        appends.push([])
        room = PIECE
      }
      appends[appends.length - 1]?.push({ ...append, events })
      room -= events.length
    }
  }
  return appends.map((piece) => ({ ...request, appends: piece }))
}

/** The look again after models that lagged have seen the whole log: before the new events, so that none sees one twice. */
const broughtUp = async (sql: Transaction, env: AppendEnv, request: AppendRequest, seen: Look): Promise<Look> => {
  const lagging = env.projections.filter((_, index) => (seen.seen[index] ?? 0) < seen.head.position)
  if (lagging.length === 0) return seen
  for (const projection of lagging) await catchUp(sql, projection, seen.head.position)
  return look(sql, env, request)
}

const eventsBetween = async (
  sql: Transaction,
  { first, last }: { readonly first: number; readonly last: number }
): Promise<ReadonlyArray<StoredEvent>> => {
  const events: StoredEvent[] = []
  for (let at = first - 1; at < last; ) {
    const { records } = await recordsByPosition(sql, at, last)
    const newest = records[records.length - 1]
    if (newest === undefined) break
    events.push(...records.map(eventOf))
    at = newest.position
  }
  return events
}
