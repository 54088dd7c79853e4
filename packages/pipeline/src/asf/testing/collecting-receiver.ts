import type { SampleReceiver } from '../../media/sample-receiver'
import { NO_ROOM } from '../../media/sample-receiver'

/** A sample that a demuxer handed over whole. */
export interface CollectedSample {
  readonly track: number
  readonly time: number
  readonly flags: number
  readonly at: number
  readonly bytes: Uint8Array
  /** Hex of what `protection` gave; empty when it was not called. */
  readonly protection: string
  /** Lengths of the writes, in order. */
  readonly writes: ReadonlyArray<number>
}

/** A receiver that keeps everything, and checks that it is called as its contract says. */
export interface CollectingReceiver extends SampleReceiver {
  /** In the order in which they became whole. */
  readonly samples: ReadonlyArray<CollectedSample>
  readonly dropped: () => number
  readonly open: () => number
}

interface OpenSample extends Omit<CollectedSample, 'protection' | 'writes'> {
  protection: string
  readonly writes: number[]
  covered: number
}

/** How the receiver behaves. */
export interface CollectingOptions {
  /** Answers that there is no room before every such number of `begin` calls. */
  readonly fullEvery?: number
  /** Wants no more after so many samples. */
  readonly enough?: number
  /** Largest sample for which memory is made. */
  readonly limit?: number
}

const LIMIT = 0x200_0000

/** Throws on a breach of the contract: that is a fault of the demuxer. */
export const collectingReceiver = (options: CollectingOptions = {}): CollectingReceiver => {
  const { fullEvery = Infinity, enough = Infinity, limit = LIMIT } = options
  const samples: CollectedSample[] = []
  const open = new Map<number, OpenSample>()
  let next = 0
  let dropped = 0
  let asked = 0
  const take = (slot: number): OpenSample => {
    const sample = open.get(slot)
    if (sample === undefined) throw new Error(`slot ${slot} is not open`)
    return sample
  }
  return {
    samples,
    dropped: () => dropped,
    open: () => open.size,
    cancelled: () => samples.length >= enough,
    begin: (track, size, time, flags, at) => {
      asked += 1
      if (asked % fullEvery === 0) return NO_ROOM
      if (size <= 0 || size > limit) throw new Error(`sample of ${size} bytes`)
      for (const sample of open.values()) if (sample.track === track) throw new Error(`two of track ${track}`)
      next += 1
      open.set(next, {
        track,
        time,
        flags,
        at,
        bytes: new Uint8Array(size),
        protection: '',
        writes: [],
        covered: 0,
      })
      return next
    },
    ready: () => Promise.resolve(),
    protection: (slot, bytes, from, length) => {
      take(slot).protection = Buffer.from(bytes.slice(from, from + length)).toString('hex')
    },
    write: (slot, bytes, from, length, into) => {
      const sample = take(slot)
      if (length <= 0 || from + length > bytes.length || into + length > sample.bytes.length)
        throw new Error('bounds')
      sample.bytes.set(bytes.subarray(from, from + length), into)
      sample.writes.push(length)
      sample.covered += length
    },
    complete: (slot) => {
      const { covered, ...sample } = take(slot)
      if (covered !== sample.bytes.length)
        throw new Error(`complete with ${covered} of ${sample.bytes.length}`)
      open.delete(slot)
      samples.push(sample)
    },
    drop: (slot) => {
      take(slot)
      open.delete(slot)
      dropped += 1
    },
  }
}
