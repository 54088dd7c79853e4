/** Pictures in decode order, with room for their times. All times in units of 100 ns. */
export interface VideoTimingBatch {
  readonly count: number
  /** The container's times, in milliseconds' precision. */
  readonly fileTimes: Float64Array
  /** Picture order count; NaN where it is unknown. */
  readonly pictureOrder: Float64Array
  /** 1 at an IDR picture. */
  readonly sequenceStart: Uint8Array
  /** Written. */
  readonly decode: Float64Array
  /** Written. */
  readonly presentation: Float64Array
  /** Written: to the next decode time. */
  readonly duration: Float64Array
}
