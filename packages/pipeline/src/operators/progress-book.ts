import type { BatchInside } from '../batch/batch-inside'

/** What a source says of its size. The duration is the better measure, for a file has more in it than samples. */
export interface ProgressTotal {
  /** 100 ns units, as a file states it. */
  readonly duration?: number | undefined
  /** Bytes of the source. */
  readonly bytes?: number | undefined
}

/** How far a run is. */
export interface Progress {
  /** From 0 to 1, never less than the one before, and 1 only at the end of a whole run; undefined where the source states nothing. */
  readonly share: number | undefined
  readonly samples: number
  /** Bytes of samples. */
  readonly bytes: number
  /** Milliseconds so far. */
  readonly elapsed: number
  /** Milliseconds that are still to come if it goes on as it did; undefined before anything can be said. */
  readonly remaining: number | undefined
}

/** The accounts of one run. */
export interface ProgressBook {
  readonly add: (inside: BatchInside) => void
  /** @param elapsed milliseconds. */
  readonly progress: (elapsed: number) => Progress
  readonly complete: (elapsed: number) => Progress
}

/** What a run has that is not complete, however much has passed: files say too little, and samples grow. */
const NEARLY = 0.999

/** Begins the accounts. */
export const createProgressBook = (total: ProgressTotal): ProgressBook => {
  let samples = 0
  let bytes = 0
  let share: number | undefined
  const clock = createMediaClock()
  return {
    add: (inside) => {
      const { columns, count } = inside
      samples += count
      for (let row = 0; row < count; row += 1) bytes += columns.size[row] ?? 0
      clock.add(inside)
      const found = shareOf(total, { time: clock.time(), bytes })
      if (found !== undefined) share = Math.max(share ?? 0, Math.min(NEARLY, found))
    },
    progress: (elapsed) => ({ share, samples, bytes, elapsed, remaining: remainingOf(elapsed, share) }),
    complete: (elapsed) => ({ share: 1, samples, bytes, elapsed, remaining: 0 }),
  }
}

const shareOf = (total: ProgressTotal, done: { readonly time: number | undefined; readonly bytes: number }): number | undefined => {
  if (isStated(total.duration) && done.time !== undefined) return done.time / total.duration
  return isStated(total.bytes) ? done.bytes / total.bytes : undefined
}

const isStated = (value: number | undefined): value is number => value !== undefined && value > 0

const remainingOf = (elapsed: number, share: number | undefined): number | undefined =>
  share === undefined || share <= 0 ? undefined : (elapsed * (1 - share)) / share

/** How much of the media has passed. */
interface MediaClock {
  readonly add: (inside: BatchInside) => void
  /** 100 ns units from the first sample on; undefined before there is one. */
  readonly time: () => number | undefined
}

/**
 * Goes by pictures and sound. A command that lies at the start of a file may be due at its end; only where there is nothing else
 * does it count.
 */
const createMediaClock = (): MediaClock => {
  let first: number | undefined
  let media: number | undefined
  let other: number | undefined
  return {
    add: ({ columns, count, tracks }) => {
      for (let row = 0; row < count; row += 1) {
        const time = columns.decodeTime[row] ?? 0
        const kind = tracks.get(columns.track[row] ?? 0)?.kind
        first = Math.min(first ?? time, time)
        if (kind === 'video' || kind === 'audio') media = Math.max(media ?? time, time)
        else other = Math.max(other ?? time, time)
      }
    },
    time: () => {
      const last = media ?? other
      return first === undefined || last === undefined ? undefined : last - first
    },
  }
}
