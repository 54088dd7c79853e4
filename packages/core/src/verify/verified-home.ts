import type { CoreFault } from '../fault/core-fault'
import type { LogHead } from '../store/log-head'

/** One thing that is not as it should be, though the log itself is whole. */
export type Finding =
  /** A license whose document or key is not what it was, or whose issuer is not believed any more. */
  | {
      readonly type: 'License'
      readonly issuer: string
      readonly lid: string
      readonly fault: CoreFault
      /** False where nothing is damaged: the home was told not to believe the issuer. */
      readonly damage: boolean
    }
  /** An anchor that is kept outside the home and is none of this log's. */
  | { readonly type: 'KeptAnchor'; readonly why: string; readonly damage: true }

/** A check that could not be made, so that what it would find goes unseen. */
export interface Unchecked {
  /**
   * `anchors`: all of them, as the log key does not open. `kept-anchors`: none is kept outside the home, so a log that
   * was cut off and a copied home go unseen. `signatures`: whose licenses are believed cannot be told. `keys`: content
   * keys do not open; that they are there was checked.
   */
  readonly check: 'anchors' | 'kept-anchors' | 'signatures' | 'keys'
  /** What is in the way; nothing where there is just nothing to check. */
  readonly fault: CoreFault | null
}

/** What anchors say of a log that they agree with. */
export interface VerifiedAnchors {
  /** In the log. */
  readonly logged: number
  /** Outside the home, and believed. */
  readonly kept: number
  /** Position that the newest kept one vouches for; 0 without one. What came after it can be cut off unseen. */
  readonly newest: number
}

/** A home whose log is whole, with what was found beside it. */
export interface VerifiedHome {
  readonly events: number
  readonly head: LogHead
  readonly anchors: VerifiedAnchors
  /** Licenses in the vault, and how many of their keys were opened and fit. */
  readonly licenses: number
  readonly keys: number
  /** The first {@link MOST_FINDINGS} of them. */
  readonly findings: ReadonlyArray<Finding>
  /** Number of all findings that are damage. */
  readonly damaged: number
  readonly unchecked: ReadonlyArray<Unchecked>
}

/** Findings that are named; the rest is counted. */
export const MOST_FINDINGS = 100
