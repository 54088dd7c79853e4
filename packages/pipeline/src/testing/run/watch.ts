import { map, type Observable } from 'rxjs'

import type { Batch } from '../../batch/batch'
import { openBatch } from '../../batch/batch-inside'
import type { State } from '../../batch/state'
import type { PoolState } from '../../lease/pool-state'
import type { CanaryHit, CanaryIndex } from '../canary/canary-index'
import type { AnyOperator } from '../plan/plan-steps'
import { seenRows, type SeenRow } from './seen-row'

/** What was seen at one place of a pipeline. */
export interface Watched {
  readonly place: string
  /** Batch by batch. */
  readonly batches: Array<ReadonlyArray<SeenRow>>
}

/** What all places of a run saw together. */
export interface Sightings {
  readonly watched: Watched[]
  /** Secret bytes that lay in the memory of a batch where they must not. */
  readonly hits: CanaryHit[]
  /** Views of batches that were out, which must show nothing once the batches are back. */
  readonly views: Uint8Array[]
  /** Most leases that were out at a time. */
  mostOut: number
}

/** Nothing seen yet. */
export const noSightings = (): Sightings => ({ watched: [], hits: [], views: [], mostOut: 0 })

/** What a place looks for, and whom it tells. */
export interface WatchOptions {
  readonly sightings: Sightings
  readonly pool: PoolState
  readonly place: string
  /** What must not lie in a batch here. */
  readonly secrets: CanaryIndex | undefined
  /** Called with the number of the batch, from 0. */
  readonly onBatch?: (number: number) => void
}

/** Looks at each batch between two stages: not a stage, and in nobody's way. */
export const watch = ({ sightings, pool, place, secrets, onBatch }: WatchOptions): AnyOperator => {
  const seen: Watched = { place, batches: [] }
  sightings.watched.push(seen)
  return (source: Observable<Batch<State>>) =>
    source.pipe(
      map((batch) => {
        const { lease } = openBatch(batch)
        if (secrets !== undefined) sightings.hits.push(...secrets.findIn(lease.bytes, `batch at ${place}`))
        sightings.views.push(lease.bytes.subarray())
        sightings.mostOut = Math.max(sightings.mostOut, pool.out.size)
        seen.batches.push(seenRows(batch))
        onBatch?.(seen.batches.length - 1)
        return batch
      })
    )
}
