/** What has been counted of one track so far. */
export interface Tally {
  samples: number
  bytes: number
  keyFrames: number
  /** Sum of the sample durations, timescale units. */
  duration: number
  /** Decode time at which the samples begin; undefined before the first. */
  start: number | undefined
  /** Decode time at which the samples end. */
  end: number
}

/** Nothing counted yet. */
export const emptyTally = (): Tally => ({
  samples: 0,
  bytes: 0,
  keyFrames: 0,
  duration: 0,
  start: undefined,
  end: 0,
})
