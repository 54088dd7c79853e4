import type { LogRecord } from '../../event/log-record'
import type { StoredEvent } from '../../event/stored-event'
import type { AppendEnv } from '../append-env'
import { chainRecords, headAfter } from '../chain-records'
import { checkModel, checkRevisions } from '../check-expectations'
import type { AppendRequest, StateChange } from '../event-store'
import { idempotencyStreams } from '../idempotency-streams'
import { projectionOf } from '../model-changes'
import { eventOf } from '../record-of'
import type { MemoryLog } from './memory-log'
import { applyChanges, catchUp, changesOf, findRows } from './memory-models'

/**
 * The steps of an append. Throws `CoreError` with `RevisionConflict` or `ModelConflict`; whatever throws does so before
 * anything is stored.
 */
export const appendWithin = (log: MemoryLog, env: AppendEnv, request: AppendRequest): ReadonlyArray<StoredEvent> => {
  const repeated = firstResult(log, request)
  if (repeated !== undefined) return repeated
  const revisions = checkRevisions(request, (stream) => log.streams.get(stream)?.length ?? 0)
  for (const projection of env.projections) catchUp(log, projection)
  for (const expectation of request.expects ?? []) {
    const { model } = projectionOf(env.projections, expectation.model)
    checkModel(expectation, findRows(log, model, expectation.key).map(({ id }) => id))
  }
  const { position } = log.head
  const records = chainRecords(env, request, { head: log.head, revisions, time: env.clock.now() })
  const events = records.map(eventOf)
  const changes = changesOf(env.projections, events)
  for (const record of records) insertRecord(log, record)
  log.head = headAfter(log.head, records)
  for (const [model, ofModel] of changes) applyChanges(log, model, ofModel, log.head.position)
  for (const change of request.state ?? []) changeState(log, change)
  rememberResult(log, request, position + 1)
  return events
}

const insertRecord = ({ records, streams }: MemoryLog, record: LogRecord): void => {
  const positions = streams.get(record.stream) ?? []
  positions.push(record.position)
  streams.set(record.stream, positions)
  records.push(record)
}

const changeState = ({ state }: MemoryLog, { space, key, value }: StateChange): void => {
  const values = state.get(space) ?? new Map<string, Uint8Array>()
  // Overwritten, as the other engines do with what they delete.
  values.get(key)?.fill(0)
  if (value === null) values.delete(key)
  else values.set(key, new Uint8Array(value))
  state.set(space, values)
}

const firstResult = ({ idempotency, records }: MemoryLog, request: AppendRequest): ReadonlyArray<StoredEvent> | undefined => {
  const { idempotencyKey } = request
  if (idempotencyKey === undefined) return undefined
  const [found] = idempotencyStreams(request).flatMap((stream) => idempotency.get(stream)?.get(idempotencyKey) ?? [])
  return found && records.slice(found.first - 1, found.last).map(eventOf)
}

const rememberResult = ({ idempotency, head }: MemoryLog, request: AppendRequest, first: number): void => {
  if (request.idempotencyKey === undefined) return
  for (const stream of idempotencyStreams(request)) {
    const keys = idempotency.get(stream) ?? new Map<string, { readonly first: number; readonly last: number }>()
    keys.set(request.idempotencyKey, { first, last: head.position })
    idempotency.set(stream, keys)
  }
}
