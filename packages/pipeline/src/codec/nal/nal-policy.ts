/** What becomes of a NAL unit on export. */
export type NalPolicy =
  | { readonly type: 'LeaveOut' }
  /** A parameter set: it moves to the configuration record. */
  | { readonly type: 'Learn' }
  | { readonly type: 'Refuse'; readonly what: string }
  /** Kept, all of it clear. */
  | { readonly type: 'Clear' }
  /** Kept clear; pictures after it begin a coded video sequence. */
  | { readonly type: 'EndSequence' }
  /** Kept, its slice data protected. */
  | { readonly type: 'Protect' }

/** The policies that say nothing more. */
export const LEAVE_OUT: NalPolicy = { type: 'LeaveOut' }
/** See `NalPolicy`. */
export const LEARN: NalPolicy = { type: 'Learn' }
/** See `NalPolicy`. */
export const CLEAR: NalPolicy = { type: 'Clear' }
/** See `NalPolicy`. */
export const END_SEQUENCE: NalPolicy = { type: 'EndSequence' }
/** See `NalPolicy`. */
export const PROTECT: NalPolicy = { type: 'Protect' }

/** Refused under this name. */
export const refuse = (what: string): NalPolicy => ({ type: 'Refuse', what })
