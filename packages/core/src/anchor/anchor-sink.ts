import type { TaskEither } from 'fp-ts/TaskEither'

import type { KeystoreFault } from '../fault/core-fault'

/** Says that a place outside the home takes no anchors. */
export type AnchorsUnkept = Extract<KeystoreFault, { readonly type: 'HomeUnwritable' }>

/**
 * A place outside the home where anchors of its log are kept: whoever cuts the log off or rolls it back has to change
 * that place too.
 */
export interface AnchorSink {
  /** Keeps one more anchor (a compact JWS), durably. How many older ones stay is the sink's choice. */
  readonly keep: (anchor: string) => TaskEither<AnchorsUnkept, void>
  /** The anchors that are kept, a few of the newest at least; empty before the first. Believed only after their signature. */
  readonly newest: TaskEither<AnchorsUnkept, ReadonlyArray<string>>
}
