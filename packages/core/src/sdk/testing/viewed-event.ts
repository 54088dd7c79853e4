import type * as t from 'io-ts'

import { newEvent, type AnyEventDefinition } from '../../event/define-event'
import type { StoredEvent } from '../../event/stored-event'
import type { NewEvent } from '../../store/event-store'

/** An event as a process emits it, without a log behind it. */
export const stored = ({ type, schemaVersion, data }: NewEvent): StoredEvent => ({
  id: '01890000-0000-7000-8000-000000000001',
  stream: 'scripted',
  revision: 1,
  position: 1,
  type,
  schemaVersion,
  time: 0,
  causation: null,
  correlation: null,
  data,
  previousHash: '0'.repeat(64),
  hash: '0'.repeat(64),
})

/** An event of a kind that is declared, as a process emits it. */
export const event = <A>(
  definition: Pick<AnyEventDefinition, 'type' | 'schemaVersion'> & { readonly data: t.Type<A, unknown> },
  data: A
): StoredEvent => stored(newEvent(definition, data))

/** An event of a kind that is told by its name only. */
export const named = (type: string, data: unknown = {}): StoredEvent => stored({ type, schemaVersion: 1, data })
