import type { AnyEventDefinition, StoredEvent } from '@custody/core/event'
import type * as t from 'io-ts'

/** The data of an event, if it is one of this kind. */
export const dataOf = <D extends AnyEventDefinition>(definition: D, event: StoredEvent): t.TypeOf<D['data']> | undefined =>
  event.type === definition.type && definition.data.is(event.data) ? (event.data as t.TypeOf<D['data']>) : undefined

/** The data of the last event of a kind. */
export const lastOf = <D extends AnyEventDefinition>(
  definition: D,
  events: ReadonlyArray<StoredEvent>
): t.TypeOf<D['data']> | undefined => {
  const found = events.filter(({ type }) => type === definition.type).at(-1)
  return found === undefined ? undefined : dataOf(definition, found)
}
