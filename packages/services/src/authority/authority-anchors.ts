import type { AnchorSink } from '@custody/core/anchor'
import type { CoreFault } from '@custody/core/fault'
import type { TaskEither } from 'fp-ts/TaskEither'

/** A place outside an authority's log where its anchors are kept, and where its operator may have them forgotten. */
export interface AuthorityAnchors extends AnchorSink {
  /** Removes all that are kept. */
  readonly forget: TaskEither<CoreFault, void>
}
