import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { AnyEventDefinition } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import { emptyFold, foldOnto, stepOf, wholeFold, type Folded, type FoldedTo, type StreamFold } from './fold-stream'

interface Remembered<S> {
  /** Hash of the newest record of the whole log when the stream was read, or of an earlier one. */
  readonly head: string
  readonly folded: FoldedTo<S>
}

/**
 * As `foldStream`, for a stream that every decision asks: the process remembers the state of each store. Nothing is read while
 * the log ends with the same record; else the stream is read on from the record that the state was made at, if the log still
 * has that. So the state is the same object while nothing was added to the stream.
 *
 * @errors those of the store, and `EventUnreadable`.
 */
export const rememberedFold = <D extends AnyEventDefinition, S>(
  stream: string,
  fold: StreamFold<D, S>
): ((store: EventStore) => TaskEither<CoreFault, Folded<S>>) => {
  const step = stepOf(fold)
  const empty = emptyFold(fold)
  const remembered = new WeakMap<EventStore, Remembered<S>>()
  const readOn = async (store: EventStore, kept: FoldedTo<S> | undefined): Promise<E.Either<CoreFault, FoldedTo<S>>> => {
    if (kept === undefined || kept.revision === 0) return wholeFold(store, stream, empty, step)()
    const onto = await foldOnto(store, stream, kept, step)()
    if (E.isLeft(onto)) return onto
    return onto.right === undefined ? wholeFold(store, stream, empty, step)() : E.right(onto.right)
  }
  return (store) => async () => {
    // By hand, for this runs three times in each decision. Before the stream, so that what comes meanwhile is read the next time.
    const head = await store.head()()
    if (E.isLeft(head)) return head
    const before = remembered.get(store)
    if (before?.head === head.right.hash) return E.right(before.folded)
    const folded = await readOn(store, before?.folded)
    if (E.isRight(folded)) remembered.set(store, { head: head.right.hash, folded: folded.right })
    return folded
  }
}
