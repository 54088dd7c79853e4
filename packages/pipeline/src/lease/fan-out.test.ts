import { concatMap, EMPTY, lastValueFrom, map, retry, take, tap, throwError, timer, toArray, type Observable } from 'rxjs'

import type { Batch } from '../batch/batch'
import { openBatch } from '../batch/batch-inside'
import type { Clear, Content, State } from '../batch/state'
import { readingSink, type ReadRow } from '../batch/testing/read-batch'
import { sampleSource, synchronousSource, type GivenSample } from '../batch/testing/sample-source'
import { faultOf } from '../fault/testing/fault-of'
import { branch } from './branch'
import { fanOut, type BranchValue } from './fan-out'
import type { Operator, Sink } from './operator'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState } from './pool-state'
import { runPipeline } from './run-pipeline'
import { eachBatch, eachBatchAsync, stage, WHOLE_POOL } from './stage'
import { dirtyBytes } from './testing/pool-memory'
import { withDefenceOff } from './testing/with-defence-off'

const BATCH = 16
const LEASES = 9
const given = (count: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({ bytes: new Uint8Array(BATCH).fill(index + 1) }))

/** Writes a number over the samples of its own batch, as a protecting operator does. */
const marking = <S extends State>(mark: number): Operator<S, S> =>
  eachBatchAsync<S>(`mark ${String(mark)}`, async (batch) => {
    await Promise.resolve()
    const { lease, columns, count } = openBatch(batch)
    for (let row = 0; row < count; row += 1) {
      const at = columns.offset[row] ?? 0
      lease.bytes.subarray(at, at + (columns.size[row] ?? 0)).forEach((byte, index, bytes) => (bytes[index] = byte + mark))
      columns.time[row] = (columns.time[row] ?? 0) + mark
    }
    return batch
  })

describe('a fan-out', () => {
  let pool: Pool
  beforeEach(() => {
    pool = createPool({ leases: LEASES, batchBytes: BATCH, stallAfter: 60 })
  })
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve, 2))
    expect(poolStatus(pool).out).toBe(0)
    expect(dirtyBytes(pool)).toBe(0)
    const { families, singles, copies, idle, run } = poolState(pool)
    expect({ families, singles, copies, run }).toEqual({ families: 0, singles: 0, copies: 1, run: undefined })
    expect(idle.length).toBeLessThanOrEqual(LEASES)
  })

  const source = (count = 12): Observable<Batch<Content>> => sampleSource<Content>(pool, given(count), { state: 'content' })
  const same = eachBatch<Content>('same', (batch) => batch)
  const marked = (mark: number): Sink<Content, ReadonlyArray<ReadRow>> => branch(marking<Content>(mark), readingSink())

  type Rows = ReadonlyArray<ReadRow>
  const rowsOf = (values: ReadonlyArray<BranchValue<Rows>>, which: number): Rows =>
    values.filter(({ branch: from }) => from === which).flatMap(({ value }) => value)
  const bytesOf = (values: ReadonlyArray<BranchValue<Rows>>, which: number): ReadonlyArray<unknown> =>
    rowsOf(values, which).map(({ bytes, time }) => [bytes[0], bytes.at(-1), time])
  const expected = (count: number, mark: number): ReadonlyArray<unknown> =>
    Array.from({ length: count }, (_, index) => [index + 1 + mark, index + 1 + mark, index + mark])

  it('gives every branch all batches in order, and what one writes the others do not see', async () => {
    const values = await lastValueFrom(runPipeline(pool, source(), same, fanOut([marked(20), marked(40), marked(60)])).pipe(toArray()))
    for (const [index, mark] of [20, 40, 60].entries()) expect(bytesOf(values, index)).toEqual(expected(12, mark))
  })

  it('of one branch copies nothing', async () => {
    const values = await lastValueFrom(runPipeline(pool, source(), fanOut([marked(20)])).pipe(toArray()))
    expect(bytesOf(values, 0)).toEqual(expected(12, 20))
    expect(poolStatus(pool).given).toBe(12)
  })

  it('inside a branch of another one sets aside for all of them', async () => {
    const inner = branch(same, fanOut([marked(40), marked(60)]))
    const values = await lastValueFrom(runPipeline(pool, source(), fanOut([marked(20), inner])).pipe(toArray()))
    const nested = values.flatMap(({ branch: from, value }) => (from === 1 ? [value as BranchValue<Rows>] : []))
    expect(bytesOf(values as ReadonlyArray<BranchValue<Rows>>, 0)).toEqual(expected(12, 20))
    expect([bytesOf(nested, 0), bytesOf(nested, 1)]).toEqual([expected(12, 40), expected(12, 60)])
    expect(poolStatus(pool).given).toBe(36)
  })

  it('copies the large sample of a batch of its own too, and never more than one family of it is out', async () => {
    const large: ReadonlyArray<GivenSample> = [1, 2, 3].map((mark) => ({ bytes: new Uint8Array(5 * BATCH).fill(mark) }))
    let most = 0
    const look = tap(() => (most = Math.max(most, poolStatus(pool).out)))
    const looking: Sink<Content, Rows> = (input) => input.pipe(look, readingSink())
    const values = await lastValueFrom(
      runPipeline(pool, sampleSource<Content>(pool, large, { state: 'content' }), fanOut([marked(20), looking])).pipe(toArray())
    )
    expect(bytesOf(values, 0).map((row) => (row as number[])[0])).toEqual([21, 22, 23])
    expect(bytesOf(values, 1).map((row) => (row as number[])[0])).toEqual([1, 2, 3])
    expect(most).toBe(2)
  })

  it.each([0, 1, 2])('lets the slowest branch, here %i, set the pace, and never has more out than the pool', async (slow) => {
    let most = 0
    let ahead = 0
    const arrived = [0, 0, 0]
    const left = [0, 0, 0]
    const paced = (which: number): Sink<Content, Rows> =>
      branch(
        stage<Content, Content>('paced', { holds: WHOLE_POOL }, (input) =>
          input.pipe(
            tap(() => {
              arrived[which] = (arrived[which] ?? 0) + 1
              most = Math.max(most, poolStatus(pool).out)
            }),
            concatMap((batch) => timer(which === slow ? 3 : 0).pipe(map(() => batch))),
            tap(() => {
              left[which] = (left[which] ?? 0) + 1
              ahead = Math.max(ahead, Math.max(...arrived) - (left[slow] ?? 0))
            })
          )
        ),
        readingSink()
      )
    const values = await lastValueFrom(runPipeline(pool, source(), fanOut([paced(0), paced(1), paced(2)])).pipe(toArray()))
    for (const which of [0, 1, 2]) expect(bytesOf(values, which)).toEqual(expected(12, 0))
    expect(most).toBeLessThanOrEqual(LEASES)
    // A third of nine leases is all that the source has.
    expect(ahead).toBeLessThanOrEqual(3)
  })

  it.each<[string, Sink<Content, unknown>, unknown]>([
    ['an error', concatMap(() => throwError(() => new Error('branch'))), 'branch'],
    ['a throwing callback', map(() => {
      throw new Error('branch')
    }), 'branch'],
    ['an error when it is joined', () => {
      throw new Error('branch')
    }, 'branch'],
    ['a forgotten batch', map(() => 0), 'Stalled'],
    ['completing early', take(1), 'LeaseLost'],
    ['completing at once', () => EMPTY, 'EndedEarly'],
    ['retrying', (input) => input.pipe(concatMap(() => throwError(() => new Error('again'))), retry()), 'PipelineRunning'],
  ])('ends all branches by %s of one', async (_, failing, message) => {
    for (const sinks of [[marked(20), failing], [failing, marked(20)]]) {
      await expect(lastValueFrom(runPipeline(pool, source(), fanOut(sinks)))).rejects.toThrow(String(message))
    }
  })

  it('names the branch that loses a batch, or ends before its input', async () => {
    const forgetting: Sink<Content, number> = map(() => 0)
    const three = runPipeline(pool, source(3), fanOut([marked(20), forgetting]))
    expect(await faultOf(three)).toEqual({ type: 'LeaseLost', stage: 'branch 1', batches: 3 })
    const ending: Sink<Content, number> = () => EMPTY
    expect(await faultOf(runPipeline(pool, source(), fanOut([ending, marked(20)])))).toEqual({ type: 'EndedEarly', stage: 'branch 0' })
  })

  it('lets a stage of one branch take the first batches only, and of all branches', async () => {
    const first = (mark: number): Sink<Content, Rows> => branch(stage<Content, Content>('first', { holds: 1 }, take(2)), marked(mark))
    const values = await lastValueFrom(runPipeline(pool, source(), fanOut([first(20), marked(40)])).pipe(toArray()))
    expect([bytesOf(values, 0), bytesOf(values, 1)]).toEqual([expected(2, 20), expected(12, 40)])
    const both = await lastValueFrom(runPipeline(pool, source(), fanOut([first(20), first(40)])).pipe(toArray()))
    expect([bytesOf(both, 0), bytesOf(both, 1)]).toEqual([expected(2, 20), expected(2, 40)])
  })

  it('passes the error of its source on, and ends clean when it is unsubscribed', async () => {
    const broken = sampleSource<Content>(pool, given(12), {
      state: 'content',
      onSample: (index) => {
        if (index === 7) throw new Error('source')
      },
    })
    await expect(lastValueFrom(runPipeline(pool, broken, fanOut([marked(20), marked(40)])))).rejects.toThrow('source')
    for (const count of [0, 1, 2, 5]) {
      await lastValueFrom(runPipeline(pool, source(), fanOut([marked(20), marked(40)])).pipe(take(count), toArray()))
    }
  })

  it('waits with its source for a branch that subscribes later, as one that opens a grant does', async () => {
    const late: Sink<Content, Rows> = (input) => timer(5).pipe(concatMap(() => input.pipe(readingSink())))
    const at = synchronousSource<Content>(pool, given(3), { state: 'content' })
    const values = await lastValueFrom(runPipeline(pool, at, fanOut([marked(20), late])).pipe(toArray()))
    expect([0, 1].map((which) => rowsOf(values, which).map(({ bytes }) => bytes[0]))).toEqual([[21, 22, 23], [1, 2, 3]])
  })

  it('in the state clear wipes its copies too', async () => {
    const clear = sampleSource<Clear>(pool, given(6), { state: 'clear' })
    const protectedBy = (mark: number): Sink<Clear, Rows> => branch(marking<Clear>(mark), readingSink())
    const states: string[] = []
    const looking: Sink<Clear, Rows> = (input) =>
      input.pipe(tap((batch) => states.push(openBatch(batch).state)), protectedBy(60))
    const values = await lastValueFrom(runPipeline(pool, clear, fanOut([protectedBy(20), looking])).pipe(toArray()))
    expect([bytesOf(values, 0), bytesOf(values, 1)]).toEqual([expected(6, 20), expected(6, 60)])
    expect(states).toEqual(Array.from({ length: 6 }, () => 'clear'))
  })

  it('would leave the copies in the pool without the wipe', async () => {
    const plain = createPool({ leases: LEASES, batchBytes: BATCH })
    const clear = sampleSource<Clear>(plain, given(2), { state: 'clear' })
    const sink: Sink<Clear, Rows> = readingSink()
    await withDefenceOff('wipe', () => lastValueFrom(runPipeline(plain, clear, fanOut([sink, sink]))))
    expect(dirtyBytes(plain)).toBe(4 * BATCH)
  })

  it('needs three leases a branch', async () => {
    const small = createPool({ leases: 5, batchBytes: BATCH })
    const sinks = [marked(20), marked(40)]
    const run = runPipeline(small, sampleSource<Content>(small, given(1), { state: 'content' }), fanOut(sinks))
    expect(await faultOf(run)).toEqual({ type: 'PoolTooSmall', stage: 'fan-out', holds: 6, leases: 5 })
  })

  it('that its operator hides is refused at its first batch: nothing was set aside for it', async () => {
    const hidden: Sink<Content, unknown> = (input) => fanOut([marked(20), marked(40)])(input)
    const fault = { type: 'PoolTooSmall', stage: 'fan-out', holds: 2, leases: 1 }
    expect(await faultOf(runPipeline(pool, source(), hidden))).toEqual(fault)
  })
})
