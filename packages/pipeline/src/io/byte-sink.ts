import type { TaskEither } from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'

/**
 * Takes bytes in order and shows them under their name only when they are whole.
 * The caller must leave the bytes of a write as they are until it has answered.
 */
export interface ByteSink {
  /** A name for messages: the path that `commit` will give. */
  readonly place: string
  /** Appends the chunks one after the other, without joining them first. */
  readonly write: (chunks: ReadonlyArray<Uint8Array>) => TaskEither<IoFault, void>
  /** Overwrites bytes that were written before, for counts and sizes that are known only at the end. */
  readonly patch: (at: number, bytes: Uint8Array) => TaskEither<IoFault, void>
  /** Makes what was written so far durable, where the sink can: it is found again after a crash. */
  readonly sync?: () => TaskEither<IoFault, void>
  /** Makes the bytes durable and gives them their name. */
  readonly commit: () => TaskEither<IoFault, void>
  /** Removes what was written. Never fails; harmless after `commit`. */
  readonly abort: () => TaskEither<never, void>
}
