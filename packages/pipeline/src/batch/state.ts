/** The owner's own media before it is protected. Exists only on the packaging side; no sink takes it. */
export interface Clear {
  readonly protection: 'clear'
}

/** Samples under a content key, or declared clear by a source that is protected as a whole. */
export interface Content {
  readonly protection: 'content'
}

/** Samples under the key of one run, at the border to code that is not trusted. */
export interface Session {
  readonly protection: 'session'
}

/** The protection states of a batch. */
export type State = Clear | Content | Session

/** Their names at run time. */
export type StateName = State['protection']
