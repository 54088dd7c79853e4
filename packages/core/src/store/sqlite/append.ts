import type { Clock } from '../../clock/clock'
import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import type { Random } from '../../random/random'
import { chainRecords, headAfter } from '../chain-records'
import type { AppendRequest, ModelExpectation, Projection } from '../event-store'
import { eventOf, insertRecord, readHead, readRevision, writeHead } from './log-table'
import { catchUp, findIds, project } from './read-model-table'
import { firstResult, rememberResult } from './idempotency-table'
import type { Sql } from './sql'
import { changeState } from './state-table'

/** What an append needs beside the connection. */
export interface AppendEnv {
  readonly clock: Clock
  readonly random: Random
  readonly projections: ReadonlyArray<Projection>
}

/**
 * The steps of an append, in its transaction. Throws {@link CoreError} with `RevisionConflict` or `ModelConflict`, and the
 * engine's errors.
 */
export const appendWithin = (sql: Sql, env: AppendEnv, request: AppendRequest): ReadonlyArray<StoredEvent> => {
  const repeated = firstResult(sql, request)
  if (repeated !== undefined) return repeated
  const revisions = checkRevisions(sql, request)
  const before = readHead(sql)
  // Before the new events are there, so that no model sees them twice.
  for (const projection of env.projections) catchUp(sql, projection, before.position)
  for (const expectation of request.expects ?? []) checkModel(sql, env, expectation)
  const records = chainRecords(env, request, { head: before, revisions })
  for (const record of records) insertRecord(sql, record)
  const events = records.map(eventOf)
  if (records.length > 0) {
    const head = headAfter(before, records)
    writeHead(sql, head)
    for (const projection of env.projections) project(sql, projection, events, head.position)
  }
  for (const change of request.state ?? []) changeState(sql, change)
  rememberResult(sql, request, before.position + 1, before.position + records.length)
  return events
}

const checkRevisions = (sql: Sql, request: AppendRequest): ReadonlyMap<string, number> => {
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

const checkModel = (sql: Sql, { projections }: AppendEnv, { model, key, ids }: ModelExpectation): void => {
  if (!projections.some((projection) => projection.model === model)) {
    throw new RangeError(`no projection for read model ${model}`)
  }
  const found = findIds(sql, model, key)
  const same = found.length === ids.length && found.every((id, index) => id === ids[index])
  if (!same) throw new CoreError({ type: 'ModelConflict', model, key })
}
