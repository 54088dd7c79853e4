import type { StoredEvent } from '../event/stored-event'
import type { Projection, ReadModelChange } from './event-store'

/** The projection of a read model. Throws for a model that the store was opened without: a bug of the caller. */
export const projectionOf = (projections: ReadonlyArray<Projection>, model: string): Projection => {
  const projection = projections.find((candidate) => candidate.model === model)
  if (projection === undefined) throw new RangeError(`no projection for read model ${model}`)
  return projection
}

/** What a projection makes of events, in their order. Throws for a change of another model: a bug of the projection. */
export const modelChanges = (
  { model, project }: Projection,
  events: ReadonlyArray<StoredEvent>
): ReadonlyArray<ReadModelChange> => {
  const changes = events.flatMap(project)
  // A model is brought up by its own projection alone, so that rows of another would be lost or doubled.
  const other = changes.find((change) => change.model !== model)
  if (other !== undefined) throw new RangeError(`${model} changes ${other.model}`)
  return changes
}

/** The change of each row that counts: a row that many events put is written once. */
export const lastChanges = (changes: ReadonlyArray<ReadModelChange>): ReadonlyArray<ReadModelChange> => {
  // Names hold no zero character.
  const last = new Map(changes.map((change) => [`${change.model}\0${change.key}\0${change.id}`, change]))
  return [...last.values()]
}
