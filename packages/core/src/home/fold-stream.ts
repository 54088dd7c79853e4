import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { scan } from 'rxjs/operators'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import { lastOf } from '../store/last-of'

/** How the events of one stream become a state. */
export interface StreamFold<D extends AnyEventDefinition, S> {
  readonly definitions: ReadonlyArray<D>
  readonly initial: S
  readonly evolve: (state: S, event: RecordedEvent<D>) => S
}

/** A state and the number of events it comes from, which an append then expects. */
export interface Folded<S> {
  readonly state: S
  readonly revision: number
}

/** Reads a stream to its present end. @errors those of the store, and `EventUnreadable`. */
export const foldStream = <D extends AnyEventDefinition, S>(
  store: EventStore,
  stream: string,
  { definitions, initial, evolve }: StreamFold<D, S>
): TaskEither<CoreFault, Folded<S>> => {
  const decode = decodeEvent(definitions)
  const start: Folded<S> = { state: initial, revision: 0 }
  const states$ = store.read(stream).pipe(
    scan(({ state }, event) => {
      const decoded = decode(event)
      if (E.isLeft(decoded)) throw new CoreError(decoded.left)
      return { state: evolve(state, decoded.right), revision: event.revision }
    }, start)
  )
  return lastOf(states$, start)
}
