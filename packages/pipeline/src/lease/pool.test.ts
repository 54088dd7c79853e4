import { tryAcquire, tryAcquireSingle, headroomFor } from './acquire'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState } from './pool-state'
import { releaseLease } from './release'

const LEASES = 3
const BATCH = 1000

describe('a pool', () => {
  it('gives as many leases as it has and no more', () => {
    const pool = createPool({ leases: LEASES, batchBytes: BATCH })
    const state = poolState(pool)
    const leases = Array.from({ length: LEASES }, () => tryAcquire(state))
    expect(leases.every((lease) => lease?.bytes.length === BATCH + headroomFor(BATCH))).toBe(true)
    expect(tryAcquire(state)).toBeUndefined()
    expect(poolStatus(pool)).toEqual({ leases: LEASES, out: LEASES, given: LEASES })
  })

  it('uses memory again: a thousand leases take the memory of one', () => {
    const state = poolState(createPool({ batchBytes: BATCH }))
    for (let round = 0; round < 1000; round += 1) {
      const lease = tryAcquire(state)
      if (lease === undefined) throw new Error('the pool is empty')
      releaseLease(state, lease)
    }
    expect(state.idle).toHaveLength(1)
    expect(state.given).toBe(1000)
  })

  it('never has fewer than three leases', () => {
    expect(poolStatus(createPool({ leases: 1 })).leases).toBe(3)
  })

  it('gives a large sample a lease of its own, one at a time, whose memory it does not keep', () => {
    const pool = createPool({ leases: LEASES, batchBytes: BATCH })
    const state = poolState(pool)
    for (let index = 0; index < LEASES; index += 1) tryAcquire(state)
    const large = tryAcquireSingle(state, 10 * BATCH)
    expect(large?.bytes.length).toBe(10 * BATCH + headroomFor(10 * BATCH))
    expect(tryAcquireSingle(state, 10 * BATCH)).toBeUndefined()
    expect(poolStatus(pool).out).toBe(LEASES + 1)
    if (large !== undefined) releaseLease(state, large)
    expect(state.idle).toHaveLength(0)
    expect(tryAcquireSingle(state, 10 * BATCH)).toBeDefined()
  })

  it('is an empty handle, and a look-alike is none', () => {
    const pool = createPool()
    expect([Object.keys(pool), Object.getPrototypeOf(pool), Object.isFrozen(pool)]).toEqual([[], null, true])
    expect(() => poolStatus({ ...pool } as unknown as Pool)).toThrow('no pool of this copy')
  })
})
