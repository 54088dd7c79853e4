import { types } from 'node:util'

import { PipelineError } from '../fault/pipeline-error'
import type { Lease } from '../lease/lease'
import type { PoolState } from '../lease/pool-state'
import { releaseLease } from '../lease/release'
import type { TrackDescription } from '../media/media-description'
import type { Batch } from './batch'
import type { RowProtection } from './row-protection'
import type { SampleColumns } from './sample-columns'
import type { State, StateName } from './state'

/** What a batch handle stands for. Known only inside the package. */
export interface BatchInside {
  state: StateName
  readonly pool: PoolState
  readonly lease: Lease
  readonly columns: SampleColumns
  /** Rows in use. */
  count: number
  /** How each track is to be read now; an operator that changes the form of a track puts a new description here. */
  tracks: ReadonlyMap<number, TrackDescription>
  /** Ways of protection, of which rows name theirs: those of the source, or of the targets once samples are under them. */
  protections: ReadonlyArray<RowProtection>
}

const insides = new WeakMap<object, BatchInside>()

/** Makes the handle of a new batch. */
export const mintBatch = <S extends State>(inside: BatchInside): Batch<S> => {
  const handle = Object.freeze(Object.create(null) as object)
  insides.set(handle, inside)
  return handle as Batch<S>
}

/**
 * Opens a handle.
 *
 * @errors `ForeignHandle` (thrown in a `PipelineError`) for anything that is no live batch of this copy of the package.
 */
export const openBatch = (handle: unknown): BatchInside => {
  const inside = typeof handle === 'object' && handle !== null ? insides.get(handle) : undefined
  if (inside === undefined) throw new PipelineError({ type: 'ForeignHandle', what: whatIs(handle) })
  if (inside.lease.owners === 0) throw new PipelineError({ type: 'ForeignHandle', what: 'a batch that was released' })
  return inside
}

/**
 * Opens a handle that must be in the given state.
 *
 * @errors As {@link openBatch}, and `WrongState`.
 */
export const openBatchIn = (handle: unknown, expected: StateName): BatchInside => {
  const inside = openBatch(handle)
  if (inside.state !== expected) {
    throw new PipelineError({ type: 'WrongState', expected, found: inside.state })
  }
  return inside
}

/** Gives the batch back: dropping a batch is releasing it. Harmless on one that was released. */
export const releaseBatch = (handle: unknown): void => {
  const inside = typeof handle === 'object' && handle !== null ? insides.get(handle) : undefined
  if (inside !== undefined) releaseLease(inside.pool, inside.lease)
}

/** Says which kind of stranger was presented, so that its author finds the mistake. */
const whatIs = (handle: unknown): string => {
  if (types.isProxy(handle)) return 'a proxy'
  if (typeof handle !== 'object' || handle === null) return `no object but ${handle === null ? 'null' : typeof handle}`
  const prototype: unknown = Object.getPrototypeOf(handle)
  if (typeof prototype === 'object' && prototype !== null) {
    return insides.has(prototype)
      ? 'an object that inherits from a batch'
      : 'a plain object: a literal, or a spread, clone or JSON of a batch'
  }
  return 'a batch of another copy of @custody/pipeline, or an empty object without a prototype'
}
