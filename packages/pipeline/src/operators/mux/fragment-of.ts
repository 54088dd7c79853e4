import type { BatchInside } from '../../batch/batch-inside'
import { IV_BYTES } from '../../batch/sample-columns'
import type { Fragment, FragmentCrypto } from '../../isobmff/write/fragment'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import type { WrittenSegment } from './written-segment'

/** How the times of a track become those of its file. */
export interface TrackClock {
  /** Units per second. */
  readonly timescale: number
  /** Units that are added to every decode time so that none is below 0. */
  readonly lead: number
  /** Units that are added to every presentation time so that none is before its decode time; an edit takes them off. */
  readonly edit: number
}

/** A run of rows that becomes one fragment. */
export interface Run {
  readonly rows: ReadonlyArray<number>
  /** It begins at a sync sample, and the segment before it is long enough. */
  readonly opensSegment: boolean
  /** Decode time of the row after it in units of the clock, where the batch has one. */
  readonly next: number | undefined
}

const UNITS_PER_SECOND = 10_000_000

/** Seconds that a segment lasts at least, so that a stream of sync samples does not become one segment a sample. */
const LEAST_SEGMENT = 2

/** A time in units of a track's clock, nothing added. @param time 100 ns units. */
export const ticksOf = (time: number, timescale: number): number => Math.round((time * timescale) / UNITS_PER_SECOND)

const decodeTicks = (time: number, { timescale, lead }: TrackClock): number => ticksOf(time, timescale) + lead

/** Cuts the rows of a batch before each sync sample that opens a segment. */
export const splitRuns = (
  { columns }: BatchInside,
  rows: ReadonlyArray<number>,
  { clock, last }: { readonly clock: TrackClock; readonly last: WrittenSegment | undefined }
): ReadonlyArray<Run> => {
  const runs: Array<{ rows: number[]; opensSegment: boolean; next: number | undefined }> = []
  let segmentStart = last?.start ?? Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const at = decodeTicks(columns.decodeTime[row] ?? 0, clock)
    const sync = ((columns.flags[row] ?? 0) & SAMPLE_KEY) !== 0
    const opensSegment = sync && at - segmentStart >= LEAST_SEGMENT * clock.timescale
    if (opensSegment) segmentStart = at
    const run = runs.at(-1)
    if (run !== undefined && !opensSegment) run.rows.push(row)
    else {
      if (run !== undefined) run.next = at
      runs.push({ rows: [row], opensSegment, next: undefined })
    }
  }
  return runs
}

/** What the fragments of a file have in common, and which comes next. */
export interface FragmentPlace {
  readonly clock: TrackClock
  readonly sequence: number
  readonly trackId: number
  readonly ivSize: 0 | 8 | 16
  /** The last sample of the fragment before, in units of the clock; its length is 0 where that is unknown. */
  readonly before: { readonly decode: number; readonly duration: number } | undefined
}

/** The boxes' view of a run of rows, how long it lasts in units of the clock, and its last sample. */
export const fragmentOf = (
  inside: BatchInside,
  { rows, next }: Run,
  { clock, sequence, trackId, ivSize, before }: FragmentPlace
): { readonly fragment: Fragment; readonly duration: number; readonly last: NonNullable<FragmentPlace['before']> } => {
  const { columns } = inside
  const decode = rows.map((row) => decodeTicks(columns.decodeTime[row] ?? 0, clock))
  const own = ticksOf(columns.duration[rows.at(-1) ?? 0] ?? 0, clock.timescale)
  const begins = decode[0] ?? 0
  const usual = before === undefined ? 0 : before.duration > 0 ? before.duration : Math.max(0, begins - before.decode)
  const durations = durationsOf(decode, { next, own, usual })
  const last = { decode: decode.at(-1) ?? begins, duration: durations.at(-1) ?? 0 }
  const fragment: Fragment = {
    sequence,
    trackId,
    baseDecodeTime: begins,
    count: rows.length,
    sizes: rows.map((row) => columns.size[row] ?? 0),
    durations,
    compositionOffsets: rows.map(
      (row, index) => ticksOf(columns.time[row] ?? 0, clock.timescale) + clock.edit - (decode[index] ?? 0)
    ),
    sync: rows.map((row) => (((columns.flags[row] ?? 0) & SAMPLE_KEY) !== 0 ? 1 : 0)),
    crypto: cryptoOf(inside, rows, ivSize),
  }
  return { fragment, duration: durations.reduce((sum, each) => sum + each, 0), last }
}

/**
 * From one decode time to the next. The last sample lasts to the next fragment where the batch has it, else as long as it
 * says itself, else as long as the one before.
 */
const durationsOf = (
  decode: ReadonlyArray<number>,
  { next, own, usual }: { readonly next: number | undefined; readonly own: number; readonly usual: number }
): number[] => {
  const durations = decode.slice(1).map((time, index) => Math.max(0, time - (decode[index] ?? 0)))
  const before = durations.at(-1) ?? usual
  const last = next === undefined ? 0 : Math.max(0, next - (decode.at(-1) ?? 0))
  return [...durations, last > 0 ? last : own > 0 ? own : before]
}

const cryptoOf = ({ columns }: BatchInside, rows: ReadonlyArray<number>, ivSize: 0 | 8 | 16): FragmentCrypto => {
  const ivs = new Uint8Array(rows.length * ivSize)
  const first = [0]
  const clear: number[] = []
  const covered: number[] = []
  rows.forEach((row, index) => {
    ivs.set(columns.iv.subarray(row * IV_BYTES, row * IV_BYTES + ivSize), index * ivSize)
    for (let range = columns.firstRange[row] ?? 0; range < (columns.firstRange[row + 1] ?? 0); range += 1) {
      clear.push(columns.clear[range] ?? 0)
      covered.push(columns.protected[range] ?? 0)
    }
    first.push(clear.length)
  })
  return { ivSize, ivs, ...(clear.length > 0 ? { subsamples: { first, clear, protected: covered } } : {}) }
}
