import type { Lease } from './lease'
import type { PoolState } from './pool-state'

/**
 * Samples may grow by a quarter when they are rewritten (a NAL unit of one byte behind a three-byte start code gets a
 * four-byte length). With the input laid behind a headroom of a quarter of its size, a rewrite from the front never
 * reaches bytes that it has yet to read.
 */
const GROWTH_SHARE = 4

/** Bytes of headroom for `bytes` of samples. */
export const headroomFor = (bytes: number): number => Math.ceil(bytes / GROWTH_SHARE)

/**
 * The most bytes that a sample may have after a rewrite. Rounded down, so that the samples of a batch together never
 * grow by more than its headroom.
 */
export const mostGrown = (bytes: number): number => bytes + Math.floor(bytes / GROWTH_SHARE)

/** A lease of the usual size, or undefined when all are out. */
export const tryAcquire = (pool: PoolState): Lease | undefined => {
  if (pool.out.size - pool.singles >= pool.leases) return undefined
  const headroom = headroomFor(pool.batchBytes)
  const memory = pool.idle.pop() ?? new ArrayBuffer(headroom + pool.batchBytes)
  return register(pool, { memory, headroom, single: false })
}

/** A lease for one sample that is larger than a batch, or undefined while another such sample is under way. */
export const tryAcquireSingle = (pool: PoolState, bytes: number): Lease | undefined => {
  if (pool.singles > 0) return undefined
  const headroom = headroomFor(bytes)
  pool.singles += 1
  return register(pool, { memory: new ArrayBuffer(headroom + bytes), headroom, single: true })
}

const register = (
  pool: PoolState,
  { memory, headroom, single }: { memory: ArrayBuffer; headroom: number; single: boolean }
): Lease => {
  const lease: Lease = {
    bytes: new Uint8Array(memory),
    headroom,
    single,
    owners: 1,
    pins: 0,
    onTakenBack: undefined,
  }
  pool.out.add(lease)
  pool.given += 1
  return lease
}

/** Resolves when a lease may be free: all who wait look again at each release. */
export const whenReleased = (pool: PoolState): Promise<void> =>
  new Promise((resolve) => {
    pool.waiting.push(resolve)
  })
