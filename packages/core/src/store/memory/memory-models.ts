import type { StoredEvent } from '../../event/stored-event'
import { compareUtf8 } from '../compare-utf8'
import type { Projection, ReadModelChange, ReadModelRow } from '../event-store'
import type { ModelRow } from '../log-access'
import { modelChanges } from '../model-changes'
import { eventOf } from '../record-of'
import type { MemoryLog, MemoryModel } from './memory-log'

/** Brings a model up to the head. It lags when the store that appended did not know it. */
export const catchUp = (log: MemoryLog, projection: Projection): void => {
  const position = log.models.get(projection.model)?.position ?? 0
  if (position === log.head.position) return
  applyChanges(log, projection.model, modelChanges(projection, log.records.slice(position).map(eventOf)), log.head.position)
}

/** What the projections make of events, before anything is stored: a projection may throw. */
export const changesOf = (
  projections: ReadonlyArray<Projection>,
  events: ReadonlyArray<StoredEvent>
): ReadonlyMap<string, ReadonlyArray<ReadModelChange>> =>
  new Map(projections.map((projection) => [projection.model, modelChanges(projection, events)]))

/** Applies a model's changes for the events up to a position. */
export const applyChanges = (
  log: MemoryLog,
  model: string,
  changes: ReadonlyArray<ReadModelChange>,
  position: number
): void => {
  const { rows } = opened(log, model)
  for (const { key, id, value } of changes) {
    const ofKey = rows.get(key) ?? new Map<string, string>()
    if (value === null) ofKey.delete(id)
    else ofKey.set(id, JSON.stringify(value))
    if (ofKey.size === 0) rows.delete(key)
    else rows.set(key, ofKey)
  }
  opened(log, model).position = position
}

const opened = ({ models }: MemoryLog, model: string): MemoryModel => {
  const known = models.get(model) ?? { position: 0, rows: new Map() }
  models.set(model, known)
  return known
}

/** The rows under a key, in order of id. */
export const findRows = ({ models }: MemoryLog, model: string, key: string): ReadonlyArray<ReadModelRow> =>
  rowsOf(models.get(model)?.rows.get(key) ?? new Map())

/** All rows of a model, in order of key and id. */
export const allRows = ({ models }: MemoryLog, model: string): ReadonlyArray<ModelRow> =>
  [...(models.get(model)?.rows ?? [])]
    .sort(([a], [b]) => compareUtf8(a, b))
    .flatMap(([key, rows]) => rowsOf(rows).map((row) => ({ key, ...row })))

const rowsOf = (rows: ReadonlyMap<string, string>): ReadonlyArray<ReadModelRow> =>
  [...rows]
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([id, text]) => ({ id, value: JSON.parse(text) as unknown }))
