import type { BatchInside } from '../../batch/batch-inside'
import { IV_BYTES } from '../../batch/sample-columns'
import type { Fragment, FragmentCrypto } from '../../isobmff/write/fragment'
import { SAMPLE_KEY } from '../../media/sample-receiver'
import type { WrittenSegment } from './written-segment'

/** How the times of a track become those of its file. */
export interface TrackClock {
  /** Units per second. */
  readonly timescale: number
  /** Units that are added to every time so that none is below 0. */
  readonly lead: number
}

/** A run of rows that becomes one fragment. */
export interface Run {
  readonly rows: ReadonlyArray<number>
  /** It begins at a sync sample, and the segment before it is long enough. */
  readonly opensSegment: boolean
}

const UNITS_PER_SECOND = 10_000_000

/** Seconds that a segment lasts at least, so that a stream of sync samples does not become one segment a sample. */
const LEAST_SEGMENT = 2

const ticksOf = (time: number, { timescale, lead }: TrackClock): number =>
  Math.round((time * timescale) / UNITS_PER_SECOND) + lead

/** Cuts the rows of a batch before each sync sample that opens a segment. */
export const splitRuns = (
  { columns }: BatchInside,
  rows: ReadonlyArray<number>,
  { clock, last }: { readonly clock: TrackClock; readonly last: WrittenSegment | undefined }
): ReadonlyArray<Run> => {
  const runs: Array<{ rows: number[]; opensSegment: boolean }> = []
  let segmentStart = last?.start ?? Number.NEGATIVE_INFINITY
  for (const row of rows) {
    const at = ticksOf(columns.decodeTime[row] ?? 0, clock)
    const sync = ((columns.flags[row] ?? 0) & SAMPLE_KEY) !== 0
    const opensSegment = sync && at - segmentStart >= LEAST_SEGMENT * clock.timescale
    if (opensSegment) segmentStart = at
    const run = runs.at(-1)
    if (run === undefined || opensSegment) runs.push({ rows: [row], opensSegment })
    else run.rows.push(row)
  }
  return runs
}

/** The boxes' view of a run of rows, and how long it lasts in units of the clock. */
export const fragmentOf = (
  inside: BatchInside,
  rows: ReadonlyArray<number>,
  file: { readonly clock: TrackClock; readonly sequence: number; readonly trackId: number; readonly ivSize: 0 | 8 | 16 }
): { readonly fragment: Fragment; readonly duration: number } => {
  const { columns } = inside
  const { clock } = file
  const decode = rows.map((row) => ticksOf(columns.decodeTime[row] ?? 0, clock))
  const durations = durationsOf(decode, Math.round(((columns.duration[rows.at(-1) ?? 0] ?? 0) * clock.timescale) / UNITS_PER_SECOND))
  const fragment: Fragment = {
    sequence: file.sequence,
    trackId: file.trackId,
    baseDecodeTime: decode[0] ?? 0,
    count: rows.length,
    sizes: rows.map((row) => columns.size[row] ?? 0),
    durations,
    compositionOffsets: rows.map((row, index) => ticksOf(columns.time[row] ?? 0, clock) - (decode[index] ?? 0)),
    sync: rows.map((row) => (((columns.flags[row] ?? 0) & SAMPLE_KEY) !== 0 ? 1 : 0)),
    crypto: cryptoOf(inside, rows, file.ivSize),
  }
  return { fragment, duration: durations.reduce((sum, each) => sum + each, 0) }
}

/** From one decode time to the next; the last sample of a fragment lasts as it says itself, else as long as the one before. */
const durationsOf = (decode: ReadonlyArray<number>, last: number): number[] => {
  const durations = decode.slice(1).map((time, index) => Math.max(0, time - (decode[index] ?? 0)))
  return [...durations, last > 0 ? last : (durations.at(-1) ?? 0)]
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
