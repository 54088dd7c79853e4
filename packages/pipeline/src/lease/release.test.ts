import { tryAcquire } from './acquire'
import type { Lease } from './lease'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState, type PoolState } from './pool-state'
import { pinLease, releaseLease, revokeLease, unpinLease } from './release'

const CANARY = 0xc5

describe('giving a lease back', () => {
  let pool: Pool
  let state: PoolState
  let lease: Lease
  beforeEach(() => {
    pool = createPool({ batchBytes: 64 })
    state = poolState(pool)
    const given = tryAcquire(state)
    if (given === undefined) throw new Error('no lease')
    lease = given
    lease.bytes.fill(CANARY)
  })

  /** What whoever leases next finds in the memory. */
  const next = (): ReadonlyArray<number> => [...(tryAcquire(state)?.bytes ?? [])]

  it('P7: wipes the memory, and leaves a stale view without length', () => {
    const stale = lease.bytes
    const part = lease.bytes.subarray(3, 9)
    releaseLease(state, lease)
    expect([stale.length, part.length, lease.bytes.length, stale.buffer.byteLength]).toEqual([0, 0, 0, 0])
    const found = next()
    expect(found).toHaveLength(80)
    expect(found.every((byte) => byte === 0)).toBe(true)
  })

  it('would show the law red without its two defences', () => {
    const stale = lease.bytes
    // What a pool would do that neither wipes nor detaches.
    state.out.delete(lease)
    state.idle.push(stale.buffer)
    expect(next().every((byte) => byte === 0)).toBe(false)
    expect(stale.length).not.toBe(0)
  })

  it('is once: a second release changes nothing', () => {
    releaseLease(state, lease)
    releaseLease(state, lease)
    revokeLease(state, lease)
    expect(state.idle).toHaveLength(1)
  })

  it('waits for every owner', () => {
    lease.owners = 2
    releaseLease(state, lease)
    expect(lease.bytes[0]).toBe(CANARY)
    releaseLease(state, lease)
    expect(lease.bytes).toHaveLength(0)
  })

  it.each([
    ['a release', releaseLease],
    ['a revocation', revokeLease],
  ])('keeps the bytes during a transfer of the system, whatever %s says, and wipes them after', (_, giveBack) => {
    const view = lease.bytes
    pinLease(lease)
    pinLease(lease)
    giveBack(state, lease)
    unpinLease(state, lease)
    expect([view.length, view.every((byte) => byte === CANARY)]).toEqual([80, true])
    expect(poolStatus(pool).out).toBe(1)
    unpinLease(state, lease)
    expect([view.length, poolStatus(pool).out]).toEqual([0, 0])
    expect(next().every((byte) => byte === 0)).toBe(true)
  })

  it('does not take back at the end of a transfer what is still owned', () => {
    pinLease(lease)
    unpinLease(state, lease)
    expect(lease.bytes[0]).toBe(CANARY)
  })

  it('wakes all who wait, and tells its filler', () => {
    const woken: string[] = []
    state.waiting.push(() => woken.push('first'), () => woken.push('second'))
    lease.onTakenBack = () => woken.push('filler')
    releaseLease(state, lease)
    expect(woken).toEqual(['filler', 'first', 'second'])
    expect(state.waiting).toHaveLength(0)
  })
})
