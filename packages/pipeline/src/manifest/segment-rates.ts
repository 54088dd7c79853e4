import type { PresentationSegment, PresentationTrack } from './presentation'

const BITS_PER_BYTE = 8

/** A run of neighbouring segments: its bits, and the seconds in which they are needed. */
interface Run {
  readonly bits: number
  readonly seconds: number
}

const sumOf = (segments: ReadonlyArray<PresentationSegment>, of: (segment: PresentationSegment) => number): number =>
  segments.reduce((sum, segment) => sum + of(segment), 0)

/** Bits per second over all segments; 0 where they take no time. */
export const meanRate = ({ segments, timescale }: PresentationTrack): number => {
  const duration = sumOf(segments, (segment) => segment.duration)
  return duration > 0 ? (sumOf(segments, ({ size }) => size) * BITS_PER_BYTE * timescale) / duration : 0
}

/**
 * The highest rate of any run, by Dinkelbach's method: the run that most exceeds a rate has a rate of its own, which is tried
 * next, until none exceeds. Each round is one pass, and few are needed.
 *
 * @param furthest finds the run with the most bits beyond what a rate brings in its seconds.
 */
const highestRate = (from: number, furthest: (rate: number) => Run | undefined): number => {
  let rate = from
  for (;;) {
    const found = furthest(rate)
    const next = found === undefined ? rate : found.bits / found.seconds
    if (!(next > rate)) return rate
    rate = next
  }
}

/** What went before each segment, and at last all. */
interface Sums {
  readonly bits: ReadonlyArray<number>
  /** Timescale units. */
  readonly time: ReadonlyArray<number>
}

const sumsOf = (segments: ReadonlyArray<PresentationSegment>): Sums => {
  const bits = [0]
  const time = [0]
  segments.forEach(({ size, duration }, index) => {
    bits.push((bits[index] ?? 0) + size * BITS_PER_BYTE)
    time.push((time[index] ?? 0) + duration)
  })
  return { bits, time }
}

/** Where the run begins and ends that most exceeds `rate`, in bits per unit; the starts that may be best wait in a queue. */
const furthestWithin = (
  { bits, time }: Sums,
  rate: number,
  [least, most]: readonly [number, number]
): readonly [number, number] | undefined => {
  const timeAt = (place: number): number => time[place] ?? 0
  const excess = (place: number): number => (bits[place] ?? 0) - rate * timeAt(place)
  const queue: number[] = []
  let head = 0
  let entering = 0
  let best: readonly [number, number] | undefined
  let beyond = Number.NEGATIVE_INFINITY
  for (let end = 1; end < time.length; end += 1) {
    for (; entering < end && timeAt(end) - timeAt(entering) >= least; entering += 1) {
      while (queue.length > head && excess(queue.at(-1) ?? 0) >= excess(entering)) queue.pop()
      queue.push(entering)
    }
    while (head < queue.length && timeAt(end) - timeAt(queue[head] ?? 0) > most) head += 1
    const start = queue[head]
    if (start === undefined || excess(end) - excess(start) <= beyond) continue
    beyond = excess(end) - excess(start)
    best = [start, end]
  }
  return best
}

/**
 * The peak segment bit rate: the highest of any neighbouring segments that last half a target duration to one and a half
 * together; the mean where none do.
 *
 * @param target seconds.
 * @source RFC 8216, 4.1 and 4.3.4.2
 */
export const peakSegmentRate = (track: PresentationTrack, target: number): number => {
  const { segments, timescale } = track
  const sums = sumsOf(segments)
  const bounds = [(target * timescale) / 2, (target * timescale * 3) / 2] as const
  return highestRate(meanRate(track), (rate) => {
    const [start, end] = furthestWithin(sums, rate / timescale, bounds) ?? []
    if (start === undefined || end === undefined) return undefined
    const { bits, time } = sums
    return { bits: (bits[end] ?? 0) - (bits[start] ?? 0), seconds: ((time[end] ?? 0) - (time[start] ?? 0)) / timescale }
  })
}

/**
 * The least constant rate at which playing that begins anywhere, once `buffer` seconds of it are there, never waits; each segment
 * is taken to be needed whole when its first sample is due.
 *
 * @param buffer seconds above 0.
 * @source ISO/IEC 23009-1, 5.3.5.2, `@bandwidth`
 */
export const leastSteadyRate = ({ segments, timescale }: PresentationTrack, buffer: number): number =>
  highestRate(0, (rate) => {
    const beyond = ({ bits, seconds }: Run): number => bits - rate * seconds
    let before: Run = { bits: 0, seconds: buffer }
    let last = 0
    let best: Run | undefined
    for (const { size, duration } of segments) {
      const alone = { bits: size * BITS_PER_BYTE, seconds: buffer }
      const longer = { bits: before.bits + alone.bits, seconds: before.seconds + last }
      before = beyond(longer) > beyond(alone) ? longer : alone
      last = duration / timescale
      if (best === undefined || beyond(before) > beyond(best)) best = before
    }
    return best
  })
