import {
  bufferCount,
  concatMap,
  filter,
  from,
  map,
  mergeMap,
  NEVER,
  of,
  startWith,
  switchMap,
  take,
  throwError,
  timer,
  toArray,
  lastValueFrom,
  EMPTY,
  type Observable,
} from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch, releaseBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { readingSink, type ReadRow } from '../batch/testing/read-batch'
import { batchOf, sampleSource, synchronousSource, type GivenSample } from '../batch/testing/sample-source'
import { faultOf } from '../fault/testing/fault-of'
import type { Operator } from './operator'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { runPipeline } from './run-pipeline'
import { eachBatch, eachBatchAsync, stage, WHOLE_POOL } from './stage'
import { dirtyBytes } from './testing/pool-memory'
import { withDefenceOff } from './testing/with-defence-off'

const BATCH = 16
const given = (count: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({ bytes: new Uint8Array(BATCH).fill(index + 1) }))
const STALL_AFTER = 40

type Inner = (source: Observable<Batch<Content>>) => Observable<Batch<Content>>

describe('a stage', () => {
  let pool: Pool
  beforeEach(() => {
    pool = createPool({ leases: 5, batchBytes: BATCH, stallAfter: STALL_AFTER })
  })
  // However a run ends: P7.
  afterEach(() => {
    expect(poolStatus(pool).out).toBe(0)
    expect(dirtyBytes(pool)).toBe(0)
  })

  const run = (operator: Operator<Content, Content>, count = 8): Observable<ReadonlyArray<ReadRow>> =>
    runPipeline(pool, sampleSource<Content>(pool, given(count), { state: 'content' }), operator, readingSink())
  const firstBytes = async (stream: Observable<ReadonlyArray<ReadRow>>): Promise<ReadonlyArray<number | undefined>> =>
    (await lastValueFrom(stream.pipe(toArray()))).flat().map(({ bytes }) => bytes[0])
  const within = (holds: number | typeof WHOLE_POOL, inner: Inner): Operator<Content, Content> =>
    stage<Content, Content>('tested', { holds }, inner)

  it('passes every batch on, in order', async () => {
    expect(await firstBytes(run(eachBatch('same', (batch) => batch)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('keeps the order of a slow worker, one at a time', async () => {
    let busy = 0
    let most = 0
    const slow = eachBatchAsync<Content>('slow', async (batch) => {
      busy += 1
      most = Math.max(most, busy)
      await new Promise((resolve) => setTimeout(resolve, 2))
      busy -= 1
      return batch
    })
    expect(await firstBytes(run(slow))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(most).toBe(1)
  })

  it('ends at once above its declaration', async () => {
    const fault = await faultOf(run(within(2, (source) => source.pipe(bufferCount(3), mergeMap((group) => from(group))))))
    expect(fault).toEqual({ type: 'HeldTooMany', stage: 'tested', held: 3, allowed: 2 })
  })

  it('may hold what it declared', async () => {
    const inner: Inner = (source) => source.pipe(bufferCount(3), concatMap((group) => from(group)))
    expect(await firstBytes(run(within(3, inner), 6))).toEqual([1, 2, 3, 4, 5, 6])
  })

  it('is refused when the pool is too small for it', async () => {
    const fault = await faultOf(run(within(4, (source) => source)))
    expect(fault).toEqual({ type: 'PoolTooSmall', stage: 'tested', holds: 4, leases: 5 })
  })

  it('may drop by releasing', async () => {
    const odd: Inner = (source) =>
      source.pipe(
        filter((batch) => {
          const { lease } = openBatch(batch)
          if ((lease.bytes[lease.headroom] ?? 0) % 2 === 1) return true
          releaseBatch(batch)
          return false
        })
      )
    expect(await firstBytes(run(within(1, odd)))).toEqual([1, 3, 5, 7])
  })

  describe('that loses leases', () => {
    it('by filter: ends as soon as it holds too many, at completion when it holds few', async () => {
      const none: Inner = (source) => source.pipe(filter(() => false))
      expect(await faultOf(run(within(1, none)))).toEqual({ type: 'HeldTooMany', stage: 'tested', held: 2, allowed: 1 })
      expect(await faultOf(run(within(1, none), 1))).toEqual({ type: 'LeaseLost', stage: 'tested', batches: 1 })
    })

    it('with no bound of its own: is stalled, with the table, within stallAfter', async () => {
      const begun = performance.now()
      const fault = await faultOf(run(within(WHOLE_POOL, (source) => source.pipe(filter(() => false)))))
      expect(fault).toEqual({ type: 'Stalled', held: { tested: 5 } })
      expect(performance.now() - begun).toBeLessThan(50 * STALL_AFTER)
    })

    it('by switchMap: ends with LeaseLost instead of completion', async () => {
      const inner: Inner = (source) => source.pipe(switchMap((batch) => timer(2).pipe(map(() => batch))))
      expect(await faultOf(run(within(WHOLE_POOL, inner), 3))).toEqual({ type: 'LeaseLost', stage: 'tested', batches: 2 })
    })

    it('by take: ends with LeaseLost', async () => {
      const inner: Inner = (source) => source.pipe(bufferCount(3), take(1), mergeMap((group) => of(...group.slice(0, 1))))
      expect(await faultOf(run(within(3, inner)))).toEqual({ type: 'LeaseLost', stage: 'tested', batches: 2 })
    })

    it('would do it in silence without the accounts', async () => {
      const inner: Inner = (source) => source.pipe(switchMap((batch) => timer(2).pipe(map(() => batch))))
      expect(await withDefenceOff('leaseLost', () => firstBytes(run(within(WHOLE_POOL, inner), 3)))).toEqual([3])
    })
  })

  describe('that emits what it should not', () => {
    it('names a batch that did not enter', async () => {
      const foreign = batchOf<Content>(pool, { bytes: new Uint8Array(BATCH) }, 'content')
      const fault = await faultOf(run(within(1, (source) => source.pipe(startWith(foreign)))))
      expect(fault).toEqual({ type: 'ForeignEmission', stage: 'tested' })
    })

    it('names a batch that left before', async () => {
      const twice: Inner = (source) => source.pipe(concatMap((batch) => of(batch, batch)))
      expect(await faultOf(run(within(1, twice)))).toEqual({ type: 'ForeignEmission', stage: 'tested' })
    })

    const swapped: Inner = (source) => source.pipe(bufferCount(2), concatMap((pair) => from([...pair].reverse())))

    it('P4: names a stage that lets a batch overtake another', async () => {
      expect(await faultOf(run(within(2, swapped), 2))).toEqual({ type: 'OutOfOrder', stage: 'tested' })
    })

    it('P4: would let it pass without the accounts of order', async () => {
      const found = await withDefenceOff('order', () => firstBytes(run(within(2, swapped), 4)))
      expect(found).toEqual([2, 1, 4, 3])
    })

    it('names a batch that it released', async () => {
      const released: Inner = (source) =>
        source.pipe(
          map((batch) => {
            releaseBatch(batch)
            return batch
          })
        )
      expect(await faultOf(run(within(1, released)))).toEqual({ type: 'ForeignHandle', what: 'a batch that was released' })
    })
  })

  it.each<[string, (pool: Pool) => Observable<Batch<Content>>, number]>([
    ['empty', () => EMPTY, 0],
    ['one', (of_) => sampleSource<Content>(of_, given(1), { state: 'content' }), 1],
    ['many', (of_) => sampleSource<Content>(of_, given(20), { state: 'content' }), 20],
  ])('completes with a source of %s', async (_, source, count) => {
    const values = await lastValueFrom(
      runPipeline(pool, source(pool), eachBatch<Content>('same', (batch) => batch), readingSink()).pipe(toArray())
    )
    expect(values).toHaveLength(count)
  })

  it('waits with a source that never speaks, and lets go', () => {
    const seen: string[] = []
    const subscription = runPipeline(pool, NEVER, eachBatch<Content>('same', (batch) => batch), readingSink()).subscribe({
      next: () => seen.push('next'),
      complete: () => seen.push('complete'),
    })
    subscription.unsubscribe()
    expect(seen).toEqual([])
  })

  it('passes on the error of its source and of its work', async () => {
    const failing = throwError(() => new Error('source'))
    const same = eachBatch<Content>('same', (batch) => batch)
    await expect(lastValueFrom(runPipeline(pool, failing, same, readingSink()))).rejects.toThrow('source')
    const broken = eachBatch<Content>('broken', () => {
      throw new Error('work')
    })
    await expect(lastValueFrom(run(broken))).rejects.toThrow('work')
  })

  it('lets a synchronous source stop at take(1)', async () => {
    const asked: number[] = []
    const source = synchronousSource<Content>(pool, given(4), { state: 'content', onSample: (index) => asked.push(index) })
    const first = within(1, (input) => input.pipe(take(1)))
    expect(await firstBytes(runPipeline(pool, source, first, readingSink()))).toEqual([1])
    expect(asked).toEqual([0])
  })

  it('keeps its accounts inside the subscription', async () => {
    const same = eachBatch<Content>('same', (batch) => batch)
    expect(await firstBytes(run(same, 3))).toEqual([1, 2, 3])
    expect(await firstBytes(run(same, 3))).toEqual([1, 2, 3])
  })
})
