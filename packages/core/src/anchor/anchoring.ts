/** What came of anchoring a log. */
export interface Anchoring {
  /** The record that is vouched for, and all before it. */
  readonly position: number
  /** Whether the anchor is kept outside the home; if not, a log that is cut off later looks whole. */
  readonly kept: boolean
}
