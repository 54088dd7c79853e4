import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { StreamFold } from '../home/fold-stream'

/** The state after some events of a stream. @errors `EventUnreadable`. */
export const foldEvents = <D extends AnyEventDefinition, S>(
  events: ReadonlyArray<StoredEvent>,
  { definitions, initial, evolve }: StreamFold<D, S>
): E.Either<CoreFault, S> => {
  const decode = decodeEvent(definitions)
  let state = initial
  for (const event of events) {
    const decoded = decode(event)
    if (E.isLeft(decoded)) return decoded
    state = evolve(state, decoded.right)
  }
  return E.right(state)
}
