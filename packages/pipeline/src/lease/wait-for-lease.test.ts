import type { PipelineError } from '../fault/pipeline-error'
import { tryAcquire } from './acquire'
import type { Lease } from './lease'
import { createPool } from './pool'
import { poolState } from './pool-state'
import { releaseLease } from './release'
import { waitForLease } from './wait-for-lease'

const leaseOf = (state: ReturnType<typeof poolState>): Lease => {
  const lease = tryAcquire(state)
  if (lease === undefined) throw new Error('no lease')
  return lease
}

const EMPTY_BOOK = { allowed: 9, entered: 0, left: 0 }

describe('waiting for a lease', () => {
  it('goes on at the next release', async () => {
    const state = poolState(createPool())
    const lease = leaseOf(state)
    const waiting = waitForLease(state)
    releaseLease(state, lease)
    await expect(waiting).resolves.toBeUndefined()
  })

  it('tells within stallAfter which stage holds how many, released ones not counted', async () => {
    const state = poolState(createPool({ stallAfter: 20 }))
    const [first, second, third] = [leaseOf(state), leaseOf(state), leaseOf(state)]
    releaseLease(state, third)
    state.stages.add({ ...EMPTY_BOOK, name: 'group', held: new Map([[first, 1]]) })
    state.stages.add({ ...EMPTY_BOOK, name: 'group', held: new Map([[second, 1], [third, 2]]) })
    state.stages.add({ ...EMPTY_BOOK, name: 'idle', held: new Map() })
    const begun = performance.now()
    const fault = await waitForLease(state).catch((error: unknown) => (error as PipelineError).fault)
    expect(fault).toEqual({ type: 'Stalled', held: { group: 2, idle: 0 } })
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})
