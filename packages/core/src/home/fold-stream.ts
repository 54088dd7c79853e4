import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { lastValueFrom, toArray } from 'rxjs'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'

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

const eventsOf =
  (store: EventStore, stream: string): TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
  async () => {
    try {
      return E.right(await lastValueFrom(store.read(stream).pipe(toArray())))
    } catch (error) {
      if (error instanceof CoreError) return E.left(error.fault)
      throw error
    }
  }

/** Reads a stream to its present end. @errors those of the store, and `EventUnreadable`. */
export const foldStream =
  <D extends AnyEventDefinition, S>(
    store: EventStore,
    stream: string,
    { definitions, initial, evolve }: StreamFold<D, S>
  ): TaskEither<CoreFault, Folded<S>> =>
  async () => {
    const stored = await eventsOf(store, stream)()
    if (E.isLeft(stored)) return stored
    const decode = decodeEvent(definitions)
    let state = initial
    for (const event of stored.right) {
      const decoded = decode(event)
      if (E.isLeft(decoded)) return decoded
      state = evolve(state, decoded.right)
    }
    return E.right({ state, revision: stored.right.length })
  }
