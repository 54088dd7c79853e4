import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { AnyEventDefinition } from '../event/define-event'
import type { CoreFault } from '../fault/core-fault'
import type { EventStore } from '../store/event-store'
import { emptyFold, foldOnto, stepOf, wholeFold, type Folded, type FoldedTo, type StreamFold } from './fold-stream'

/**
 * As `foldStream`, for a stream that every decision asks: the process remembers the state of each store, and reads on from the
 * record that it was made at, if the log still has that. So the state is the same object while nothing was added.
 *
 * @errors those of the store, and `EventUnreadable`.
 */
export const rememberedFold = <D extends AnyEventDefinition, S>(
  stream: string,
  fold: StreamFold<D, S>
): ((store: EventStore) => TE.TaskEither<CoreFault, Folded<S>>) => {
  const step = stepOf(fold)
  const empty = emptyFold(fold)
  const remembered = new WeakMap<EventStore, FoldedTo<S>>()
  return (store) => {
    const kept = remembered.get(store)
    return pipe(
      kept === undefined ? TE.right(undefined) : foldOnto(store, stream, kept, step),
      TE.flatMap((onto) => (onto === undefined ? wholeFold(store, stream, empty, step) : TE.right(onto))),
      TE.map((folded) => {
        if (folded.revision > 0) remembered.set(store, folded)
        return folded
      })
    )
  }
}
