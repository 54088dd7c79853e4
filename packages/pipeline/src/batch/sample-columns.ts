/** The most samples in one batch; with small samples it is this, not the bytes, that fills a batch. */
export const MOST_SAMPLES = 4096

/** Bytes kept for each row's initialization vector. */
export const IV_BYTES = 16

/** Bytes kept for each row's tag, where samples have any. */
export const TAG_BYTES = 16

/**
 * The samples of a batch, one row each, in the order of the source. Memory of the columns is used again with the
 * lease; they hold no media.
 */
export interface SampleColumns {
  /** Byte offset in the lease. */
  readonly offset: Uint32Array
  readonly size: Uint32Array
  /** ASF stream number or MP4 track id. */
  readonly track: Uint32Array
  /** Presentation time in whole 100 ns units; before `restoreTimes`, the time that the container states. */
  readonly time: Float64Array
  /** Decode time in whole 100 ns units. */
  readonly decodeTime: Float64Array
  /** 100 ns units; 0 when unknown. */
  readonly duration: Float64Array
  /** `SAMPLE_KEY` or 0. */
  readonly flags: Uint8Array
  /** Picture order count within the coded video sequence; NaN where there is none. */
  readonly pictureOrder: Float64Array
  /** 1 where a coded video sequence begins. */
  readonly sequenceStart: Uint8Array
  /** One of the `SCHEME_` constants. */
  readonly scheme: Uint8Array
  /** Which of the batch's protections the source says of the row. */
  readonly protection: Uint16Array
  /** Initialization vector, left-aligned in 16 bytes a row; in a session the salt, 8 bytes big-endian. */
  readonly iv: Uint8Array
  /** What proves the sample and its row, 16 bytes a row. Empty until a session needs it; see {@link reserveTags}. */
  tag: Uint8Array
  /** First range of each row in `clear` and `protected`; one more entry than rows. A row without ranges is protected whole, if at all. */
  readonly firstRange: Uint32Array
  /** Clear bytes of each range. */
  clear: Uint32Array
  /** Protected bytes that follow them. */
  protected: Uint32Array
}

const RANGES_AT_FIRST = 4096

/** Columns for {@link MOST_SAMPLES} rows. */
export const createColumns = (): SampleColumns => ({
  offset: new Uint32Array(MOST_SAMPLES),
  size: new Uint32Array(MOST_SAMPLES),
  track: new Uint32Array(MOST_SAMPLES),
  time: new Float64Array(MOST_SAMPLES),
  decodeTime: new Float64Array(MOST_SAMPLES),
  duration: new Float64Array(MOST_SAMPLES),
  flags: new Uint8Array(MOST_SAMPLES),
  pictureOrder: new Float64Array(MOST_SAMPLES),
  sequenceStart: new Uint8Array(MOST_SAMPLES),
  scheme: new Uint8Array(MOST_SAMPLES),
  protection: new Uint16Array(MOST_SAMPLES),
  iv: new Uint8Array(MOST_SAMPLES * IV_BYTES),
  tag: new Uint8Array(0),
  firstRange: new Uint32Array(MOST_SAMPLES + 1),
  clear: new Uint32Array(RANGES_AT_FIRST),
  protected: new Uint32Array(RANGES_AT_FIRST),
})

/** Makes room for the tags of all rows. */
export const reserveTags = (columns: SampleColumns): void => {
  if (columns.tag.length === 0) columns.tag = new Uint8Array(MOST_SAMPLES * TAG_BYTES)
}

/** Makes room for `count` ranges; the ranges so far are kept. */
export const reserveRanges = (columns: SampleColumns, count: number): void => {
  if (count <= columns.clear.length) return
  const room = Math.max(count, columns.clear.length * 2)
  const clear = new Uint32Array(room)
  const guarded = new Uint32Array(room)
  clear.set(columns.clear)
  guarded.set(columns.protected)
  columns.clear = clear
  columns.protected = guarded
}
