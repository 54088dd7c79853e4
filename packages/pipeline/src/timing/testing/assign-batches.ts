import type { VideoTiming } from '../video-timing'

/** A picture in decode order, as a container and a codec tell of it. */
export interface Picture {
  /** The container's time, units of 100 ns. */
  readonly fileTime: number
  /** Picture order count; NaN when unknown. */
  readonly order: number
  readonly idr: boolean
}

/** What a timing wrote, in decode order. */
export interface AssignedTimes {
  readonly decode: ReadonlyArray<number>
  readonly presentation: ReadonlyArray<number>
  readonly duration: ReadonlyArray<number>
}

/** Room beyond the pictures of a batch, as leased columns have it; must be neither read nor written. */
const SPARE = 3
const UNTOUCHED = -12345

const column = (values: ReadonlyArray<number>): Float64Array =>
  Float64Array.from([...values, ...Array.from({ length: SPARE }, () => UNTOUCHED)])

/** Runs pictures through a timing, cut into batches before each of the given indexes. */
export const assignBatches = (
  timing: VideoTiming,
  pictures: ReadonlyArray<Picture>,
  cuts: ReadonlyArray<number> = []
): AssignedTimes => {
  const bounds = [0, ...[...new Set(cuts)].sort((a, b) => a - b), pictures.length]
  const all: { decode: number[]; presentation: number[]; duration: number[] } = { decode: [], presentation: [], duration: [] }
  bounds.slice(1).forEach((to, index) => {
    const part = pictures.slice(bounds[index] ?? 0, to)
    const room = part.map(() => 0)
    const batch = {
      count: part.length,
      fileTimes: column(part.map(({ fileTime }) => fileTime)),
      pictureOrder: column(part.map(({ order }) => order)),
      sequenceStart: Uint8Array.from([...part.map(({ idr }) => (idr ? 1 : 0)), 0, 0, 0]),
      decode: column(room),
      presentation: column(room),
      duration: column(room),
    }
    timing.assign(batch)
    for (const name of ['decode', 'presentation', 'duration'] as const) {
      if (batch[name].subarray(part.length).some((value) => value !== UNTOUCHED)) throw new Error(`${name} beyond the batch`)
      all[name].push(...batch[name].subarray(0, part.length))
    }
  })
  return all
}
