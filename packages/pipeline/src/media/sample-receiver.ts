/** Answer of {@link SampleReceiver.begin} when there is no room now: await `ready()` and ask again. */
export const NO_ROOM = -1

/** The sample can be decoded without any other. */
export const SAMPLE_KEY = 1

/**
 * Where a demuxer puts the samples that it finds. The receiver owns the memory.
 * Samples of several tracks may be open at once, of one track only one.
 */
export interface SampleReceiver {
  /** True when nobody wants further samples; the demuxer stops at its next step. */
  readonly cancelled: () => boolean
  /**
   * Opens a sample of `size` bytes.
   *
   * @param time 100 ns units, preroll taken off; what the container says, which may be a decode time.
   * @param flags {@link SAMPLE_KEY} or 0.
   * @param at Byte offset in the file where the sample begins, for messages.
   * @returns a slot, or {@link NO_ROOM}.
   */
  readonly begin: (track: number, size: number, time: number, flags: number, at: number) => number
  /** Resolves when `begin` may be asked again; rejects with a `PipelineError` when it never may. */
  readonly ready: () => Promise<void>
  /** Copies the sample's protection id or IV, 8 or 16 bytes at `from` in `bytes`. */
  readonly protection: (slot: number, bytes: Uint8Array, from: number, length: number) => void
  /** Copies `length` bytes at `from` in `bytes` to offset `into` of the sample. */
  readonly write: (slot: number, bytes: Uint8Array, from: number, length: number, into: number) => void
  /** The sample is whole. */
  readonly complete: (slot: number) => void
  /** The sample will never be whole; its room is given back and nothing of it leaves. */
  readonly drop: (slot: number) => void
}
