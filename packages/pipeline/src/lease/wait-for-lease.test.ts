import type { PipelineError } from '../fault/pipeline-error'
import { tryAcquire } from './acquire'
import { createFlow } from './flow'
import { keepBook } from './keep-book'
import type { Lease } from './lease'
import { createPool } from './pool'
import { poolState } from './pool-state'
import { releaseLease } from './release'
import type { StageBook } from './stage-book'
import { waitForLease } from './wait-for-lease'

const leaseOf = (state: ReturnType<typeof poolState>): Lease => {
  const lease = tryAcquire(state)
  if (lease === undefined) throw new Error('no lease')
  return lease
}

const bookOf = (name: string): StageBook => keepBook(name, 9).book

describe('waiting for a lease', () => {
  it('goes on at the next release', async () => {
    const state = poolState(createPool())
    const lease = leaseOf(state)
    const waiting = waitForLease(state)
    releaseLease(state, lease)
    await expect(waiting).resolves.toBeUndefined()
  })

  it('tells within stallAfter who has how many, each lease once, released ones not counted', async () => {
    const state = poolState(createPool({ stallAfter: 20 }))
    const [first, second, third] = [leaseOf(state), leaseOf(state), leaseOf(state)]
    const [, fifth] = [leaseOf(state), leaseOf(state)]
    for (const lease of [first, second, third]) lease.flow = createFlow('pipeline')
    first.holders.push(bookOf('outer'), bookOf('group'))
    second.holders.push(bookOf('group'))
    releaseLease(state, fifth)
    const begun = performance.now()
    const fault = await waitForLease(state).catch((error: unknown) => (error as PipelineError).fault)
    expect(fault).toEqual({ type: 'Stalled', held: { group: 2, pipeline: 1, source: 1 } })
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})
