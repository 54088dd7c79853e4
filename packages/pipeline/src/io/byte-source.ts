import type { TaskEither } from 'fp-ts/TaskEither'

import type { IoFault } from '../fault/pipeline-fault'

/** Bytes in order, from a file, a pipe or memory. One reader at a time. */
export interface ByteSource {
  /** A name for messages: a path, or `-`. */
  readonly place: string
  /** Length in bytes where it is known before the end. */
  readonly length: number | undefined
  /**
   * Reads on from where the last read ended, at most `into.length` bytes.
   * Answers how many were read; 0 only at the end.
   */
  readonly read: (into: Uint8Array) => TaskEither<IoFault, number>
  /**
   * Reads from any byte offset, where the source can; the place up to which `read` came stays as it was.
   * Answers how many were read; 0 only at or behind the end.
   */
  readonly readAt?: (into: Uint8Array, at: number) => TaskEither<IoFault, number>
  readonly close: () => TaskEither<IoFault, void>
}
