import { tryAcquire } from './acquire'
import type { Lease } from './lease'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState, type PoolState } from './pool-state'
import { pinLease, releaseLease, revokeLease, unpinLease } from './release'
import { withDefenceOff } from './testing/with-defence-off'

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

  it('would show the law red without the wipe: the next one to lease finds the bytes', async () => {
    await withDefenceOff('wipe', () => {
      releaseLease(state, lease)
    })
    expect(next().every((byte) => byte === CANARY)).toBe(true)
  })

  it('would show the law red without the detaching: a stale view shows what the next one fills in', async () => {
    const stale = lease.bytes
    await withDefenceOff('detach', () => {
      releaseLease(state, lease)
    })
    tryAcquire(state)?.bytes.fill(CANARY + 1)
    expect([stale.length, stale[0]]).toEqual([80, CANARY + 1])
  })

  it('would take the memory away from under a transfer without the pins', async () => {
    const view = lease.bytes
    pinLease(lease)
    await withDefenceOff('pin', () => {
      releaseLease(state, lease)
    })
    expect(view).toHaveLength(0)
    unpinLease(state, lease)
    expect(state.idle).toHaveLength(1)
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
