/** The way of batches from a source, or from the gate of a branch, to the end of a sink, whatever operators stand on it. */
export interface Flow {
  /** For faults: what lies between two stages is in no stage's accounts. */
  readonly name: string
  /** How many batches have entered. */
  entered: number
  /** The source has completed. */
  ended: boolean
  /** A stage completed before its source did, which only what stands inside of a stage may want. */
  cut: boolean
  /** The first error of the source or of a stage, which an operator between two stages may have kept to itself. */
  error: { readonly value: unknown } | undefined
}

/** A flow at its beginning. */
export const createFlow = (name: string): Flow => ({ name, entered: 0, ended: false, cut: false, error: undefined })

/** Keeps the first error, for the completion of the flow. */
export const noteError = (flow: Flow, value: unknown): void => {
  flow.error ??= { value }
}
