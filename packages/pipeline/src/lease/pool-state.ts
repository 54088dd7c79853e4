import type { Lease } from './lease'
import type { PipelineRun } from './pipeline-run'
import type { Pool } from './pool-handle'

/** The insides of a pool. Known only inside the package. */
export interface PoolState {
  /** Most leases out at one time, single ones not counted. */
  readonly leases: number
  /** Bytes of samples that one batch holds. */
  readonly batchBytes: number
  readonly maxSample: number
  readonly stallAfter: number
  /** Memory that waits to be leased; wiped. */
  readonly idle: ArrayBuffer[]
  readonly out: Set<Lease>
  readonly waiting: Array<() => void>
  /** How many leases were made over the life of the pool. */
  given: number
  /** Into how many leases the run makes each lease of its source. */
  copies: number
  /** Leases of sources, single ones not counted, of which themselves or a copy are out. */
  families: number
  /** The same of single ones: 0 or 1. */
  singles: number
  run: PipelineRun | undefined
}

const states = new WeakMap<Pool, PoolState>()

/** Ties a new handle to its insides. */
export const bindPool = (pool: Pool, state: PoolState): void => {
  states.set(pool, state)
}

/** The insides of a pool; a look-alike has none, which is a programming error. */
export const poolState = (pool: Pool): PoolState => {
  const state = states.get(pool)
  if (state === undefined) throw new TypeError('this is no pool of this copy of @custody/pipeline: make one with createPool')
  return state
}
