import type { Mp4Sample } from './samples/listed-sample'

/** Where the samples of an MP4 file go. One is open at a time. */
export interface Mp4Receiver {
  /** True when nobody wants further samples; the demuxer stops at its next step. */
  readonly cancelled: () => boolean
  /** Opens a sample. @returns a slot, or `NO_ROOM`. */
  readonly begin: (sample: Mp4Sample) => number
  /** Resolves when `begin` may be asked again; rejects with a `PipelineError` when it never may. */
  readonly ready: () => Promise<void>
  /** Copies bytes to offset `into` of the sample; they are good until this returns. */
  readonly write: (slot: number, bytes: Uint8Array, into: number) => void
  readonly complete: (slot: number) => void
}
