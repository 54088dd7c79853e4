/** A run of fragments that begins at a sync sample, as a player may fetch it. */
export interface WrittenSegment {
  /** Byte offset in the file. */
  readonly offset: number
  readonly size: number
  /** Decode time of the first sample, in the track's timescale. */
  readonly start: number
  /** In the track's timescale. */
  readonly duration: number
}
