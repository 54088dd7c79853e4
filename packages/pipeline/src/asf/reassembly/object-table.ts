/** No object of the stream is open. */
export const CLOSED = -1

/** One row for each of the 127 stream numbers, and row 0 that nothing uses. */
export const STREAM_ROWS = 128

/** The object of each stream that is being put together. Columns, so that nothing is made for an object. */
export interface ObjectTable {
  /** The receiver's slot, or {@link CLOSED}. */
  readonly slot: Int32Array
  readonly number: Float64Array
  readonly size: Float64Array
  readonly filled: Float64Array
  /** Byte offset in the file where the object began. */
  readonly at: Float64Array
  /** 1 while fragments without a beginning have been reported. */
  readonly orphaned: Uint8Array
  /** Last stated time in milliseconds, unwrapped; NaN before the first. */
  readonly time: Float64Array
}

/** Nothing open. */
export const createObjectTable = (): ObjectTable => ({
  slot: new Int32Array(STREAM_ROWS).fill(CLOSED),
  number: new Float64Array(STREAM_ROWS),
  size: new Float64Array(STREAM_ROWS),
  filled: new Float64Array(STREAM_ROWS),
  at: new Float64Array(STREAM_ROWS),
  orphaned: new Uint8Array(STREAM_ROWS),
  time: new Float64Array(STREAM_ROWS).fill(NaN),
})

/** Carries 32-bit milliseconds past their wrap after 49.7 days: the step to the nearest time is taken. */
export const unwrapTime = (table: ObjectTable, stream: number, stated: number): number => {
  const last = table.time[stream] ?? NaN
  const time = Number.isNaN(last) ? stated : last + ((stated - last) | 0)
  table.time[stream] = time
  return time
}
