import * as E from 'fp-ts/Either'
import type * as TE from 'fp-ts/TaskEither'
import { scan } from 'rxjs/operators'

import { decodeEvent, type RecordedEvent } from '../event/decode-event'
import type { AnyEventDefinition } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import { lastOf } from '../store/last-of'
import { keepSnapshot, readSnapshot, type Snapshot, type SnapshotForm } from './stream-snapshot'

/** How the events of one stream become a state. */
export interface StreamFold<D extends AnyEventDefinition, S> {
  readonly definitions: ReadonlyArray<D>
  readonly initial: S
  readonly evolve: (state: S, event: RecordedEvent<D>) => S
  /** For streams that grow long: how a state is kept, so that the next reader begins there. */
  readonly snapshot?: SnapshotForm<S>
}

/** A state and the number of events it comes from, which an append then expects. */
export interface Folded<S> {
  readonly state: S
  readonly revision: number
}

/** The same with the hash of the newest event, which ties a state to one log. */
export type FoldedTo<S> = Snapshot<S>

/** The state after one more event. Throws {@link CoreError} with `EventUnreadable`. */
export const stepOf = <D extends AnyEventDefinition, S>({ definitions, evolve }: StreamFold<D, S>) => {
  const decode = decodeEvent(definitions)
  return ({ state }: FoldedTo<S>, event: StoredEvent): FoldedTo<S> => {
    const decoded = decode(event)
    if (E.isLeft(decoded)) throw new CoreError(decoded.left)
    return { state: evolve(state, decoded.right), revision: event.revision, hash: event.hash }
  }
}

/** The state of a stream without events. */
export const emptyFold = <D extends AnyEventDefinition, S>({ initial }: StreamFold<D, S>): FoldedTo<S> => ({
  state: initial,
  revision: 0,
  hash: '',
})

/** Events since the snapshot after which a new one is worth a write. */
const GROWTH = 64

/**
 * Reads a stream to its present end. A fold with snapshots begins at the kept one if it fits the log, and keeps a new one
 * when the stream has grown by more than 64 events; the result is the same without any.
 *
 * @errors those of the store, and `EventUnreadable`.
 */
export const foldStream = <D extends AnyEventDefinition, S>(
  store: EventStore,
  stream: string,
  fold: StreamFold<D, S>
): TE.TaskEither<CoreFault, Folded<S>> => {
  const step = stepOf(fold)
  const empty = emptyFold(fold)
  const whole = (): TE.TaskEither<CoreFault, FoldedTo<S>> => wholeFold(store, stream, empty, step)
  const { snapshot } = fold
  if (snapshot === undefined) return whole()
  // By hand: every question about a license comes this way.
  return async () => {
    const kept = await readSnapshot(store, stream, snapshot)()
    if (E.isLeft(kept)) return kept
    const onto = kept.right === undefined ? E.right(undefined) : await foldOnto(store, stream, kept.right, step)()
    if (E.isLeft(onto)) return onto
    const folded = onto.right === undefined ? await whole()() : E.right(onto.right)
    if (E.isLeft(folded)) return folded
    const from = onto.right === undefined ? 0 : (kept.right?.revision ?? 0)
    if (folded.right.revision - from > GROWTH) await keepSnapshot(store, stream, snapshot, folded.right)()
    return folded
  }
}

/** Reads all of a stream. @errors those of the store, and `EventUnreadable`. */
export const wholeFold = <S>(
  store: EventStore,
  stream: string,
  empty: FoldedTo<S>,
  step: (at: FoldedTo<S>, event: StoredEvent) => FoldedTo<S>
): TE.TaskEither<CoreFault, FoldedTo<S>> => lastOf(store.read(stream).pipe(scan(step, empty)), empty)

/** Goes on from a kept state, if the log still has the very record that it was made at; else nothing. */
export const foldOnto = <S>(
  store: EventStore,
  stream: string,
  kept: FoldedTo<S>,
  step: (at: FoldedTo<S>, event: StoredEvent) => FoldedTo<S>
): TE.TaskEither<CoreFault, FoldedTo<S> | undefined> => {
  const states$ = store.read(stream, kept.revision).pipe(
    scan((at: FoldedTo<S> | undefined, event) => {
      if (event.revision === kept.revision) return event.hash === kept.hash ? kept : undefined
      return at && step(at, event)
    }, undefined)
  )
  return lastOf(states$, undefined)
}
