import * as E from 'fp-ts/Either'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { Projection, ReadModelChange } from '../store/event-store'

/** A row that an event changes, in the model that is being made; `value` null deletes it. */
export type RowChange = Omit<ReadModelChange, 'model'>

/**
 * A model over some kinds of events. An event of these kinds that cannot be read stops the model: its projection throws
 * {@link CoreError} with `EventUnreadable`.
 */
export const projectEvents = <D extends AnyEventDefinition>(
  model: string,
  definitions: ReadonlyArray<D>,
  changes: (event: RecordedEvent<D>) => ReadonlyArray<RowChange>
): Projection => {
  const types = new Set(definitions.map(({ type }) => type))
  const decode = decodeEvent(definitions)
  return {
    model,
    project: (stored) => {
      if (!types.has(stored.type)) return []
      const event = decode(stored)
      if (E.isLeft(event)) throw new CoreError(event.left)
      return changes(event.right).map((row) => ({ model, ...row }))
    },
  }
}
