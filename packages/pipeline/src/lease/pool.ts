import type { Pool } from './pool-handle'
import { bindPool, poolState } from './pool-state'

/** How large a pool is. */
export interface PoolOptions {
  /** How many batches may be under way at once; at least 3. */
  readonly leases?: number
  /** Bytes of samples in one batch. */
  readonly batchBytes?: number
  /** Bytes of the largest sample that is taken. */
  readonly maxSample?: number
  /** Milliseconds that a source waits for a lease before it reports where the batches are. */
  readonly stallAfter?: number
}

/** Figures of a pool, for tests and meters. */
export interface PoolStatus {
  readonly leases: number
  /** Leases that are out now. */
  readonly out: number
  /** Leases given over the life of the pool. */
  readonly given: number
}

const DEFAULT_LEASES = 6
const LEAST_LEASES = 3
const DEFAULT_BATCH_BYTES = 512 * 1024
const DEFAULT_MAX_SAMPLE = 16 * 1024 * 1024
const DEFAULT_STALL_AFTER = 30_000

/**
 * Makes a pool. Its memory is bounded by `leases` times five quarters of `batchBytes`, and one large sample.
 *
 * @example
 * const pool = createPool({ leases: 4 })
 */
export const createPool = (options: PoolOptions = {}): Pool => {
  const pool = Object.freeze(Object.create(null) as object) as Pool
  bindPool(pool, {
    leases: Math.max(LEAST_LEASES, options.leases ?? DEFAULT_LEASES),
    batchBytes: options.batchBytes ?? DEFAULT_BATCH_BYTES,
    maxSample: options.maxSample ?? DEFAULT_MAX_SAMPLE,
    stallAfter: options.stallAfter ?? DEFAULT_STALL_AFTER,
    idle: [],
    out: new Set(),
    waiting: [],
    given: 0,
    copies: 1,
    families: 0,
    singles: 0,
    run: undefined,
  })
  return pool
}

/** How many leases are out, and how many were given so far. */
export const poolStatus = (pool: Pool): PoolStatus => {
  const { leases, out, given } = poolState(pool)
  return { leases, out: out.size, given }
}
