import type { BatchInside } from '../batch/batch-inside'
import { schemeName } from '../batch/schemes'

/** How many samples, and how large together. */
export interface Tally {
  readonly samples: number
  readonly bytes: number
}

/** How a metered run ended; `cancelled` also when a later stage failed. */
export type MeterEnd = 'completed' | 'failed' | 'cancelled'

/** What has passed a meter since the run began. */
export interface MeterFigures extends Tally {
  /** Set in the last report of a run. */
  readonly end: MeterEnd | undefined
  /** Milliseconds. */
  readonly elapsed: number
  readonly batches: number
  /** By ASF stream number or MP4 track id. */
  readonly tracks: ReadonlyMap<number, Tally>
  /** By the name of the scheme that they are under, `none` among them. */
  readonly schemes: ReadonlyMap<string, Tally>
  /** Samples and bytes a second since the report before. */
  readonly rate: Tally
  /** Leases of the pool that are out at this moment. */
  readonly leasesOut: number
}

/** The accounts of a meter over one run. */
export interface MeterBook {
  readonly add: (inside: BatchInside) => void
  readonly figures: (now: number, end: MeterEnd | undefined) => MeterFigures
}

interface Counted {
  samples: number
  bytes: number
}

const MILLISECONDS = 1000

/** Begins the accounts. @param began milliseconds, by the clock that `figures` is told too. */
export const createMeterBook = (began: number): MeterBook => {
  const all: Counted = { samples: 0, bytes: 0 }
  const tracks = new Map<number, Counted>()
  const schemes = new Map<string, Counted>()
  let batches = 0
  let pool: BatchInside['pool'] | undefined
  let last = { now: began, samples: 0, bytes: 0 }
  return {
    add: (inside) => {
      pool = inside.pool
      batches += 1
      const { columns, count } = inside
      for (let row = 0; row < count; row += 1) {
        const size = columns.size[row] ?? 0
        note(all, size)
        note(counted(tracks, columns.track[row] ?? 0), size)
        note(counted(schemes, schemeName(columns.scheme[row] ?? 0)), size)
      }
    },
    figures: (now, end) => {
      const seconds = (now - last.now) / MILLISECONDS
      const rate = { samples: perSecond(all.samples - last.samples, seconds), bytes: perSecond(all.bytes - last.bytes, seconds) }
      last = { now, ...all }
      const elapsed = now - began
      return { ...all, end, elapsed, batches, tracks: copied(tracks), schemes: copied(schemes), rate, leasesOut: pool?.out.size ?? 0 }
    },
  }
}

const counted = <K>(counts: Map<K, Counted>, key: K): Counted => {
  const known = counts.get(key)
  if (known !== undefined) return known
  const fresh = { samples: 0, bytes: 0 }
  counts.set(key, fresh)
  return fresh
}

const note = (count: Counted, size: number): void => {
  count.samples += 1
  count.bytes += size
}

const perSecond = (amount: number, seconds: number): number => (seconds > 0 ? amount / seconds : 0)

const copied = <K>(counts: ReadonlyMap<K, Counted>): ReadonlyMap<K, Tally> =>
  new Map([...counts].map(([key, count]): readonly [K, Tally] => [key, { ...count }]))
