import type { StoredEvent } from '../../event/stored-event'
import type { AppendEnv } from '../append-env'
import { chainRecords, headAfter } from '../chain-records'
import { checkModel, checkRevisions } from '../check-expectations'
import type { AppendRequest, ModelExpectation } from '../event-store'
import { projectionOf } from '../model-changes'
import { eventOf } from '../record-of'
import { insertRecords, readHead, readRevisions, writeHead } from './log-table'
import { catchUp, findIds, project } from './read-model-table'
import { firstResult, rememberResult } from './idempotency-table'
import type { Sql } from './sql'
import { changeState } from './state-table'

/**
 * The steps of an append, in its transaction. Throws `CoreError` with `RevisionConflict` or `ModelConflict`, and the
 * engine's errors.
 */
export const appendWithin = (sql: Sql, env: AppendEnv, request: AppendRequest): ReadonlyArray<StoredEvent> => {
  const repeated = firstResult(sql, request)
  if (repeated !== undefined) return repeated
  const known = readRevisions(sql, [...new Set(request.appends.map(({ stream }) => stream))])
  const revisions = checkRevisions(request, (stream) => known.get(stream) ?? 0)
  const before = readHead(sql)
  // Before the new events are there, so that no model sees them twice.
  catchUp(sql, env.projections, before.position)
  checkModels(sql, env, request.expects ?? [])
  const records = chainRecords(env, request, { head: before, revisions, time: env.clock.now() })
  insertRecords(sql, records)
  const events = records.map(eventOf)
  if (records.length > 0) {
    const head = headAfter(before, records)
    writeHead(sql, head)
    project(sql, env.projections, events, head.position)
  }
  changeState(sql, request.state ?? [])
  rememberResult(sql, request, before.position + 1, before.position + records.length)
  return events
}

/** One statement for each model, however many keys of it are expected to be as they were. */
const checkModels = (sql: Sql, { projections }: AppendEnv, expects: ReadonlyArray<ModelExpectation>): void => {
  const found = new Map(
    [...new Set(expects.map(({ model }) => model))].map((name) => {
      const { model } = projectionOf(projections, name)
      return [model, findIds(sql, model, expects.flatMap((one) => (one.model === model ? [one.key] : [])))]
    })
  )
  for (const expectation of expects) checkModel(expectation, found.get(expectation.model)?.get(expectation.key) ?? [])
}
