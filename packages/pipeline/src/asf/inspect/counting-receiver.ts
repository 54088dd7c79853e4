import type { TrackCount } from '../../media/media-report'
import type { SampleReceiver } from '../../media/sample-receiver'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import { STREAM_ROWS } from '../reassembly/object-table'

/** A receiver that keeps nothing but counts. */
export interface CountingReceiver {
  readonly receiver: SampleReceiver
  readonly counts: () => ReadonlyArray<TrackCount>
  /** 100 ns units from the first to the last time, 0 without samples. */
  readonly span: () => number
}

/** Counts the samples of these streams. A stream has one sample open at a time, so its number serves as the slot. */
export const createCountingReceiver = (streams: ReadonlyArray<number>): CountingReceiver => {
  const samples = new Float64Array(STREAM_ROWS)
  const bytes = new Float64Array(STREAM_ROWS)
  const keyFrames = new Float64Array(STREAM_ROWS)
  const sizes = new Float64Array(STREAM_ROWS)
  const times = new Float64Array(STREAM_ROWS)
  const keys = new Uint8Array(STREAM_ROWS)
  let first = Infinity
  let last = -Infinity
  const add = (column: Float64Array, row: number, value: number): void => {
    column[row] = (column[row] ?? 0) + value
  }
  const nothing = (): void => undefined
  const receiver: SampleReceiver = {
    cancelled: () => false,
    begin: (track, size, time, flags) => {
      sizes[track] = size
      times[track] = time
      keys[track] = flags & SAMPLE_KEY
      return track
    },
    ready: () => Promise.resolve(),
    protection: nothing,
    write: nothing,
    complete: (slot) => {
      const time = times[slot] ?? 0
      add(samples, slot, 1)
      add(bytes, slot, sizes[slot] ?? 0)
      add(keyFrames, slot, keys[slot] ?? 0)
      first = Math.min(first, time)
      last = Math.max(last, time)
    },
    drop: nothing,
  }
  return {
    receiver,
    span: () => (last < first ? 0 : last - first),
    counts: () =>
      streams.map((number) => ({
        number,
        samples: samples[number] ?? 0,
        bytes: bytes[number] ?? 0,
        keyFrames: keyFrames[number] ?? 0,
      })),
  }
}
