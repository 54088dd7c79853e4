import { PipelineError } from '../fault/pipeline-error'
import type { Lease, LeaseFamily } from './lease'
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

/** How many leases a source may have out: the copies of each are set aside with it. */
export const mostFamilies = ({ leases, copies }: PoolState): number => Math.floor(leases / copies)

/** A lease of the usual size, or undefined when all are out. */
export const tryAcquire = (pool: PoolState): Lease | undefined => {
  if (pool.families >= mostFamilies(pool)) return undefined
  pool.families += 1
  return register(pool, { memory: usualMemory(pool), headroom: headroomFor(pool.batchBytes), single: false }, newFamily(pool))
}

/** A lease for one sample that is larger than a batch, or undefined while another such sample is under way. */
export const tryAcquireSingle = (pool: PoolState, bytes: number): Lease | undefined => {
  if (pool.singles > 0) return undefined
  const headroom = headroomFor(bytes)
  pool.singles += 1
  return register(pool, { memory: new ArrayBuffer(headroom + bytes), headroom, single: true }, newFamily(pool))
}

/**
 * A further lease of the same size, out of what was set aside with the first. Its memory is empty.
 *
 * @errors `PoolTooSmall` when nothing was set aside, since the run was not told of the fan-out.
 */
export const acquireCopy = (pool: PoolState, { family, headroom, single, bytes }: Lease): Lease => {
  if (family.made >= family.places) {
    throw new PipelineError({ type: 'PoolTooSmall', stage: 'fan-out', holds: family.made + 1, leases: family.places })
  }
  const memory = single ? new ArrayBuffer(bytes.length) : usualMemory(pool)
  return register(pool, { memory, headroom, single }, family)
}

const usualMemory = ({ idle, batchBytes }: PoolState): ArrayBuffer =>
  idle.pop() ?? new ArrayBuffer(headroomFor(batchBytes) + batchBytes)

const newFamily = ({ copies }: PoolState): LeaseFamily => ({ places: copies, made: 0, out: 0 })

const register = (
  pool: PoolState,
  { memory, headroom, single }: { memory: ArrayBuffer; headroom: number; single: boolean },
  family: LeaseFamily
): Lease => {
  const lease: Lease = {
    bytes: new Uint8Array(memory),
    headroom,
    single,
    family,
    owners: 1,
    pins: 0,
    flow: undefined,
    place: 0,
    holders: [],
    onTakenBack: undefined,
  }
  family.made += 1
  family.out += 1
  pool.out.add(lease)
  pool.given += 1
  return lease
}

/** Resolves when a lease may be free: all who wait look again at each release. */
export const whenReleased = (pool: PoolState): Promise<void> =>
  new Promise((resolve) => {
    pool.waiting.push(resolve)
  })
