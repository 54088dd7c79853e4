import { exactFrameDurations } from './frame-rate'
import { MILLISECOND_JITTER, UNITS_PER_MILLISECOND } from './time-unit'

/** What is known of the frame rate before the first picture. */
export interface StatedRate {
  /** Units of 100 ns, whole, as ASF states it; 0 when it does not. */
  readonly averageFrameTime: number
  /** Units of 100 ns, fractions allowed, as the stream states a fixed rate. */
  readonly frameDuration?: number
}

/** Finds the exact times behind times in milliseconds where pictures come at a fixed rate. */
export interface FrameGrid {
  /**
   * Gives the times on the grid, with fractions of a unit. A time off it (a gap) starts the grid anew; where many are
   * off it the rate is variable and all times of the batch stay as they are.
   */
  snap(times: Float64Array, count: number): Float64Array
  /** How far apart two pictures usually are, in units of 100 ns; 0 while unknown. */
  step(): number
}

/** Pictures after which the rate is judged once and for all: more than a decoder may reorder. */
const ENOUGH = 17

/** One time in eight off the grid is no fixed rate. */
const MOST_OFF = 8

/** The stated average is rounded or cut to a unit. */
const STATED_TOLERANCE = 1

/** A distance beyond one and a half of the usual one is a gap. */
const GAP = 1.5

interface Walk {
  readonly anchor: number
  readonly off: number
  readonly times: Float64Array
}

const walk = (times: Float64Array, grid: number, from: number): Walk => {
  const out = new Float64Array(times.length)
  let anchor = from
  let off = 0
  times.forEach((time, index) => {
    const at = anchor + Math.round((time - anchor) / grid) * grid
    if (Math.abs(time - at) <= MILLISECOND_JITTER) {
      out[index] = at
      return
    }
    off += 1
    anchor = time
    out[index] = time
  })
  return { anchor, off, times: out }
}

const distancesOf = (sorted: Float64Array): Float64Array =>
  sorted
    .subarray(1)
    .map((time, index) => time - (sorted[index] ?? time))
    .filter((distance) => distance > 0)

const medianOf = (distances: Float64Array): number => distances.toSorted()[distances.length >> 1] ?? 0

/** What the mean of the distances that are no gaps may stand for. */
const measure = (distances: Float64Array, median: number): ReadonlyArray<number> => {
  const usual = distances.filter((distance) => distance < GAP * median)
  if (usual.length === 0) return []
  const mean = usual.reduce((sum, distance) => sum + distance, 0) / usual.length
  return exactFrameDurations(mean, UNITS_PER_MILLISECOND / usual.length)
}

const statedGrid = ({ averageFrameTime, frameDuration }: StatedRate): number =>
  frameDuration !== undefined && frameDuration > 0
    ? frameDuration
    : (exactFrameDurations(averageFrameTime, STATED_TOLERANCE)[0] ?? 0)

interface Rate {
  readonly grid: number
  readonly step: number
}

const rateOf = (stated: number, times: Float64Array): Rate => {
  const sorted = times.toSorted()
  const distances = distancesOf(sorted)
  const median = medianOf(distances)
  const measured = measure(distances, median)
  const first = stated > 0 ? stated : (measured[0] ?? 0)
  if (stated > 0 && times.length < ENOUGH) return { grid: stated, step: stated }
  const offOf = (candidate: number): number => (candidate > 0 ? walk(sorted, candidate, sorted[0] ?? 0).off : Infinity)
  // A stated rate is precise and a measured one is true: the former is believed unless the times deny it.
  const grid = measured.reduce((best, candidate) => (offOf(candidate) < offOf(best) ? candidate : best), first)
  // On a grid finer than the pictures (a rate of fields) most of its points stay empty.
  const step = offOf(grid) * MOST_OFF > times.length ? median : grid * Math.max(1, Math.round(median / grid))
  return { grid, step }
}

/** Starts with what is stated, and measures what is not or what the first times deny. */
export const createFrameGrid = (rate: StatedRate): FrameGrid => {
  const stated = statedGrid(rate)
  let known: Rate = { grid: stated, step: stated }
  let judged = false
  let anchor = Number.NaN

  return {
    step: () => known.step,
    snap: (fileTimes, count) => {
      const times = fileTimes.slice(0, count)
      if (!judged) {
        const found = rateOf(stated, times)
        if (found.step > 0) known = found
        judged = times.length >= ENOUGH
      }
      if (Number.isNaN(anchor)) anchor = times[0] ?? Number.NaN
      if (!(known.grid > 0)) return times
      const walked = walk(times, known.grid, anchor)
      anchor = walked.anchor
      return walked.off * MOST_OFF > count ? times : walked.times
    },
  }
}
