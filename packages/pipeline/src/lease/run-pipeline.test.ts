import { concat, concatMap, defer, lastValueFrom, map, NEVER, of, take, throwError, toArray, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { readBatch, readingSink } from '../batch/testing/read-batch'
import { batchOf, sampleSource, synchronousSource, type GivenSample } from '../batch/testing/sample-source'
import { faultOf } from '../fault/testing/fault-of'
import type { Sink } from './operator'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState } from './pool-state'
import { pinLease, unpinLease } from './release'
import { runPipeline } from './run-pipeline'
import { eachBatch, stage } from './stage'
import { dirtyBytes } from './testing/pool-memory'

const BATCH = 32
const SAMPLES: ReadonlyArray<GivenSample> = Array.from({ length: 12 }, (_, index) => ({
  bytes: new Uint8Array(BATCH).fill(0xc0 + index),
}))

/** Lets promises and timers of the runs come to their end. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15))

/** Milliseconds: nobody waits for a lease that will not come, and a busy machine has its time. */
const WELL_BEFORE_STALLING = 5000

describe('a run', () => {
  let pool: Pool
  beforeEach(() => {
    pool = createPool({ leases: 4, batchBytes: BATCH, stallAfter: 60 })
  })
  afterEach(async () => {
    await settle()
    expect(poolStatus(pool).out).toBe(0)
    expect(dirtyBytes(pool)).toBe(0)
    expect(poolState(pool).waiting).toHaveLength(0)
  })
  const source = (): Observable<Batch<Content>> => sampleSource<Content>(pool, SAMPLES, { state: 'content' })
  const same = eachBatch<Content>('same', (batch) => batch)

  it('completes with everything given back, and can be run again behind itself', async () => {
    const run = runPipeline(pool, source(), same, readingSink())
    expect(await lastValueFrom(concat(run, run).pipe(toArray()))).toHaveLength(2 * SAMPLES.length)
  })

  it('takes no memory before it is subscribed', () => {
    runPipeline(pool, source(), same, readingSink())
    expect(poolStatus(pool)).toEqual({ leases: 4, out: 0, given: 0 })
  })

  it('holds a fast source back: never more leases out than the pool has', async () => {
    let most = 0
    const slow = readingSink(() => (most = Math.max(most, poolStatus(pool).out)))
    await lastValueFrom(runPipeline(pool, source(), slow))
    expect(most).toBe(4)
    expect(poolState(pool).idle.length).toBeLessThanOrEqual(4)
  })

  it('refuses a second subscription while the first runs, and not after', async () => {
    const run = runPipeline(pool, source(), readingSink())
    const first = lastValueFrom(run.pipe(toArray()))
    expect(await faultOf(run)).toEqual({ type: 'PipelineRunning' })
    expect(await first).toHaveLength(SAMPLES.length)
    expect(await lastValueFrom(run.pipe(toArray()))).toHaveLength(SAMPLES.length)
  })

  it('is not taken for running by a stage that throws while it is joined', async () => {
    const broken = (): never => {
      throw new Error('joined')
    }
    await expect(lastValueFrom(runPipeline(pool, source(), broken))).rejects.toThrow('joined')
    expect(await lastValueFrom(runPipeline(pool, source(), readingSink()).pipe(toArray()))).toHaveLength(SAMPLES.length)
  })

  it.each<[string, Sink<Content, unknown>]>([
    ['an error of the sink', concatMap(() => throwError(() => new Error('sink')))],
    ['a callback that throws', map(() => {
      throw new Error('callback')
    })],
    ['a rejected promise', concatMap(() => Promise.reject(new Error('promise')))],
  ])('ends clean by %s', async (_, sink) => {
    await expect(lastValueFrom(runPipeline(pool, source(), same, sink))).rejects.toThrow()
  })

  it('ends clean by an error of the source, in the middle', async () => {
    const broken = sampleSource<Content>(pool, SAMPLES, {
      state: 'content',
      onSample: (index) => {
        if (index === 7) throw new Error('source')
      },
    })
    await expect(lastValueFrom(runPipeline(pool, broken, same, readingSink()))).rejects.toThrow('source')
  })

  it.each(Array.from({ length: 9 }, (_, index) => index))('R18: ends clean when it is unsubscribed after batch %i', async (count) => {
    const begun = performance.now()
    await lastValueFrom(runPipeline(pool, source(), same, readingSink()).pipe(take(count), toArray()))
    await settle()
    expect(performance.now() - begun).toBeLessThan(WELL_BEFORE_STALLING)
  })

  it('R18: takes no lease after a batch, leaving, has ended the run', async () => {
    const stopsAtOnce: Sink<Content, unknown> = (input) => input.pipe(take(1))
    expect(await faultOf(runPipeline(pool, source(), stopsAtOnce))).toEqual({ type: 'LeaseLost', stage: 'pipeline', batches: 1 })
    expect(poolStatus(pool).out).toBe(0)
    await settle()
    expect(poolStatus(pool).given).toBe(1)
  })

  it('R18: does not let a cancelled source wait for leases until it would be stalled', async () => {
    const held: Sink<Content, unknown> = () => NEVER
    const stuck: Sink<Content, unknown> = (input) => concat(input.pipe(map(() => 0)), held(input))
    const fault: unknown[] = []
    const subscription = runPipeline(pool, source(), stuck).subscribe({ error: (error: unknown) => fault.push(error) })
    await Promise.resolve()
    expect(poolState(pool).waiting).toHaveLength(1)
    subscription.unsubscribe()
    expect(poolState(pool).waiting).toHaveLength(0)
    expect(fault).toEqual([])
  })

  it('R18: a lease that the system is transferring at the end follows when the transfer is done', async () => {
    const views: Uint8Array[] = []
    let done = (): void => undefined
    const writing: Sink<Content, unknown> = concatMap((batch) => {
      const { lease, pool: state } = openBatch(batch)
      pinLease(lease)
      views.push(lease.bytes)
      return new Promise<void>((resolve) => {
        done = () => {
          unpinLease(state, lease)
          resolve()
        }
      })
    })
    const subscription = runPipeline(pool, source(), writing).subscribe()
    await settle()
    const woken: number[] = []
    poolState(pool).waiting.push(() => woken.push(1))
    subscription.unsubscribe()
    // Whoever waits looks again at the end of the run, and not only when the transfer is done.
    expect(woken).toEqual([1])
    expect(poolStatus(pool).out).toBe(1)
    expect(views[0]?.subarray(8).every((byte) => byte === 0xc0)).toBe(true)
    done()
    expect([views[0]?.length, poolStatus(pool).out]).toEqual([0, 0])
  })

  it('lets a synchronous source stop at take(1)', async () => {
    const asked: number[] = []
    const at = synchronousSource<Content>(pool, SAMPLES.slice(0, 4), { state: 'content', onSample: (index) => asked.push(index) })
    await lastValueFrom(runPipeline(pool, at, same, (input: Observable<Batch<Content>>) => input.pipe(map(readBatch))).pipe(take(1)))
    expect(asked).toEqual([0])
  })

  it('revokes what a user kept: the handle is dead after the run', async () => {
    const kept: Batch<Content>[] = []
    const hoard: Sink<Content, number> = map((batch) => kept.push(batch))
    const one = of(1).pipe(map(() => batchOf<Content>(pool, { bytes: new Uint8Array(4) }, 'content')))
    expect(await faultOf(runPipeline(pool, one, hoard))).toEqual({ type: 'LeaseLost', stage: 'pipeline', batches: 1 })
    expect(await faultOf(defer(() => of(openBatch(kept[0]))))).toEqual({ type: 'ForeignHandle', what: 'a batch that was released' })
  })
})

it('P7: without the finalizer of a run, take leaves leases out', async () => {
  const pool = createPool({ leases: 4, batchBytes: BATCH })
  const unguarded = stage<Content, Content>('none', { holds: 1 }, (input) => input)
  await lastValueFrom(unguarded(sampleSource<Content>(pool, SAMPLES, { state: 'content' })).pipe(take(2), toArray()))
  expect(poolStatus(pool).out).toBe(2)
})
