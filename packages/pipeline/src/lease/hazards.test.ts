import {
  bufferCount,
  catchError,
  concat,
  concatMap,
  debounceTime,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  lastValueFrom,
  map,
  merge,
  mergeMap,
  NEVER,
  of,
  repeat,
  retry,
  share,
  skip,
  switchMap,
  take,
  takeUntil,
  tap,
  throwError,
  timer,
  toArray,
  zip,
  type Observable,
} from 'rxjs'

import type { Batch } from '../batch/batch'
import { releaseBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { readingSink } from '../batch/testing/read-batch'
import { batchOf, sampleSource, type GivenSample } from '../batch/testing/sample-source'
import { PipelineError } from '../fault/pipeline-error'
import type { PipelineFault } from '../fault/pipeline-fault'
import { faultOf } from '../fault/testing/fault-of'
import { branch } from './branch'
import { fanOut } from './fan-out'
import { keepBook } from './keep-book'
import type { Operator, Sink } from './operator'
import { createPool, poolStatus } from './pool'
import type { Pool } from './pool-handle'
import { poolState } from './pool-state'
import { runPipeline } from './run-pipeline'
import { eachBatch, eachBatchAsync, stage, WHOLE_POOL, type Holds } from './stage'
import { dirtyBytes } from './testing/pool-memory'
import { withDefenceOff } from './testing/with-defence-off'

type Batches = Observable<Batch<Content>>
type Raw = (source: Batches) => Batches

const BATCH = 16
/** Milliseconds. */
const STALL_AFTER = 30
const SOON = 100

const given = (count: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({ bytes: new Uint8Array(BATCH).fill(index + 1) }))

let pool: Pool
beforeEach(() => {
  pool = createPool({ leases: 5, batchBytes: BATCH, stallAfter: STALL_AFTER })
})
// However a run ends: P7.
afterEach(async () => {
  expect(poolStatus(pool).out).toBe(0)
  expect(dirtyBytes(pool)).toBe(0)
  await new Promise((resolve) => setTimeout(resolve, 1))
  expect(poolState(pool).waiting).toHaveLength(0)
})

const source = (count: number, onSample?: (index: number) => void): Batches =>
  sampleSource<Content>(pool, given(count), { state: 'content', ...(onSample && { onSample }) })

const inStage = (inner: Raw, holds: Holds = WHOLE_POOL): Operator<Content, Content> =>
  stage<Content, Content>('tested', { holds }, inner)

/** The first of three comes last. */
const racing: Raw = mergeMap((batch, index) => timer(6 - 2 * index).pipe(map(() => batch)))
const same = eachBatch<Content>('same', (batch) => batch)
const after = eachBatch<Content>('after', (batch) => batch)
const ticking = eachBatchAsync<Content>('ticking', async (batch) => Promise.resolve(batch))
const slowly = eachBatchAsync<Content>('slow', async (batch) => {
  await new Promise((resolve) => setTimeout(resolve, 3))
  return batch
})

/** The fault, and that it kept nobody waiting. A machine that is busy may have another try. */
const soon = async (stream: Observable<unknown>, tries = 3): Promise<PipelineFault> => {
  const begun = performance.now()
  const fault = await faultOf(stream)
  const waited = performance.now() - begun
  if (waited >= SOON && tries > 1) return soon(stream, tries - 1)
  expect(waited).toBeLessThan(SOON)
  return fault
}


const stalled = (held: number): PipelineFault => ({ type: 'Stalled', held: { [NAME]: held } })
const lost = (batches: number): PipelineFault => ({ type: 'LeaseLost', stage: NAME, batches })
/** Who has the batches, in the faults below: the stage, or the way between two of them. */
const NAME = 'name'
const named = (fault: PipelineFault, name: string): unknown => JSON.parse(JSON.stringify(fault).replaceAll(NAME, name))

/** What becomes of a file with more batches than the pool has leases, and of one with fewer. */
interface Hazard {
  readonly raw: Raw
  readonly many: PipelineFault
  /** Or all of them arrive, as they should. */
  readonly few: PipelineFault | 'all'
}

const HAZARDS: ReadonlyArray<readonly [string, Hazard]> = [
  ['filter', { raw: filter(() => false), many: stalled(5), few: lost(3) }],
  ['toArray', { raw: (input) => input.pipe(toArray(), concatMap((batches) => from(batches))), many: stalled(5), few: 'all' }],
  ['bufferCount', { raw: (input) => input.pipe(bufferCount(9), concatMap((batches) => from(batches))), many: stalled(5), few: 'all' }],
  ['zip', { raw: (input) => zip(input, NEVER).pipe(map(([batch]) => batch)), many: stalled(5), few: stalled(3) }],
  ['switchMap', { raw: switchMap((batch) => timer(1).pipe(map(() => batch))), many: lost(4), few: lost(2) }],
  ['exhaustMap', { raw: exhaustMap((batch) => timer(1).pipe(map(() => batch))), many: lost(4), few: lost(2) }],
  ['debounceTime', { raw: debounceTime(1), many: lost(4), few: lost(2) }],
  ['ignoreElements', { raw: ignoreElements(), many: stalled(5), few: lost(3) }],
  ['skip', { raw: skip(2), many: lost(2), few: lost(2) }],
]

describe.each<[string, string, (raw: Raw) => Operator<Content, Content>]>([
  ['inside a stage', 'tested', inStage],
  ['between two stages', 'pipeline', (raw) => raw],
])('an operator of RxJS %s', (_where, name, placed) => {
  const through = (raw: Raw, count = 12): Observable<unknown> =>
    runPipeline(pool, source(count), same, placed(raw), after, readingSink())

  it.each(HAZARDS)('%s: is named, with many batches and with few', async (_, { raw, many, few }) => {
    expect(await soon(through(raw))).toEqual(named(many, name))
    if (few === 'all') expect(await lastValueFrom(through(raw, 3).pipe(toArray()))).toHaveLength(3)
    else expect(await soon(through(raw, 3))).toEqual(named(few, name))
  })

  it.each<[string, Raw]>([
    ['retry', retry()],
    ['retry, a while later', retry({ delay: 2 })],
    ['repeat', repeat()],
    ['zip of the input with itself', (input) => zip(input, input).pipe(map(([batch]) => batch))],
    ['merge of the input with itself', (input) => merge(input, input)],
    ['concat of the input with itself', (input) => concat(input, input)],
  ])('%s: the source does not begin twice in a run', async (what, raw) => {
    const fails = what.startsWith('retry')
    let begun = 0
    const counted = source(4, (index) => {
      if (index === 0) begun += 1
      if (index === 3 && fails) throw new Error('source')
    })
    expect(await soon(runPipeline(pool, counted, same, placed(raw), readingSink()))).toEqual({ type: 'PipelineRunning' })
    // Nor where the operator is taken for a part of the source.
    expect(await faultOf(runPipeline(pool, raw(counted), same, readingSink()))).toEqual({ type: 'PipelineRunning' })
    expect(begun).toBe(2)
  })

  it.each<[string, Raw]>([
    ['for nothing', catchError(() => EMPTY)],
    ['for ever', catchError(() => NEVER.pipe(takeUntil(timer(5))))],
  ])('catchError %s: the error of the source ends the run all the same', async (_, raw) => {
    const failing = source(4, (index) => {
      if (index === 3) throw new PipelineError({ type: 'SourceFailed', place: 'file', code: 'EIO' })
    })
    const fault = await soon(runPipeline(pool, failing, same, placed(raw), readingSink()))
    expect(fault).toEqual({ type: 'SourceFailed', place: 'file', code: 'EIO' })
  })

  it('catchError: so does the fault of the stage before it', async () => {
    const swallowed = runPipeline(pool, source(6), inStage(filter(() => false), 1), placed(catchError(() => EMPTY)), readingSink())
    expect(await soon(swallowed)).toEqual({ type: 'HeldTooMany', stage: 'tested', held: 2, allowed: 1 })
  })

  it('share: a batch has one owner', async () => {
    const shared: Raw = (input) => {
      const both = input.pipe(share())
      return merge(both, both)
    }
    const begun = (count: number): Observable<unknown> =>
      runPipeline(pool, source(count), same, placed(shared), after, readingSink())
    expect(await soon(begun(12))).toEqual(
      name === 'tested' ? { type: 'ForeignEmission', stage: 'tested' } : { type: 'BatchShared', stage: 'after' }
    )
    // One that gives all at once has ended when the second subscribes, and would begin again.
    expect(await soon(begun(4))).toEqual({ type: 'PipelineRunning' })
  })

  it.each<[string, Raw]>([
    ['take', take(1)],
    ['takeUntil', takeUntil(timer(8))],
  ])('%s behind a slow stage: what is inside is lost', async (_, raw) => {
    expect(await soon(runPipeline(pool, source(12), slowly, placed(raw), readingSink()))).toMatchObject({
      type: 'LeaseLost',
      stage: 'pipeline',
    })
  })

  it('that throws, or whose promise is refused, ends the run with its own error', async () => {
    const thrown: Raw = map(() => {
      throw new Error('own')
    })
    const refused: Raw = concatMap(() => Promise.reject(new Error('own')))
    const made: Raw = () => {
      throw new Error('own')
    }
    for (const raw of [thrown, refused, made]) await expect(lastValueFrom(through(raw))).rejects.toThrow('own')
  })

  it('mergeMap: a batch does not overtake another in silence', async () => {
    expect(await soon(through(racing, 3))).toEqual({ type: 'OutOfOrder', stage: name === 'tested' ? 'tested' : 'after' })
  })
})

describe('a stage', () => {
  const through = (operator: Operator<Content, Content>, count = 12): Observable<unknown> =>
    runPipeline(pool, source(count), operator, readingSink())

  it.each<[string, Raw]>([
    ['filter', filter(() => false)],
    ['toArray', (input) => input.pipe(toArray(), concatMap((batches) => from(batches)))],
    ['bufferCount', (input) => input.pipe(bufferCount(3), concatMap((batches) => from(batches)))],
    ['zip', (input) => zip(input, NEVER).pipe(map(([batch]) => batch))],
    ['switchMap', switchMap((batch) => timer(1).pipe(map(() => batch)))],
    ['exhaustMap', exhaustMap((batch) => timer(1).pipe(map(() => batch)))],
    ['debounceTime', debounceTime(1)],
  ])('that declares two and holds three by %s ends at once', async (_, raw) => {
    expect(await soon(through(inStage(raw, 2)))).toEqual({ type: 'HeldTooMany', stage: 'tested', held: 3, allowed: 2 })
  })

  it('that declares too much is refused before anything is read, in a fan-out too', async () => {
    const greedy = inStage((input) => input, 4)
    const asked: number[] = []
    const counted = source(3, (index) => asked.push(index))
    const tooSmall = { type: 'PoolTooSmall', stage: 'tested', holds: 4, leases: 5 }
    expect(await soon(runPipeline(pool, counted, greedy, readingSink()))).toEqual(tooSmall)
    expect(await soon(runPipeline(pool, counted, branch(greedy, readingSink())))).toEqual(tooSmall)
    expect(await soon(runPipeline(pool, counted, fanOut([branch(greedy, readingSink())])))).toEqual(tooSmall)
    expect(asked).toEqual([])
  })

  it('that declares too much where nobody could ask it is refused at its first batch', async () => {
    const hidden: Operator<Content, Content> = (input) => inStage((inner) => inner, 4)(input)
    expect(await soon(through(hidden))).toEqual({ type: 'PoolTooSmall', stage: 'tested', holds: 4, leases: 5 })
  })

  it('may take the first batches only: that is no loss', async () => {
    expect(await lastValueFrom(through(inStage(take(2), 1)).pipe(toArray()))).toHaveLength(2)
  })

  it('may not take the first batches when it stands nowhere: they are not the file', async () => {
    expect(await soon(through((input) => input.pipe(take(2))))).toMatchObject({ stage: 'pipeline' })
    const one = defer(() => of(batchOf<Content>(pool, { bytes: new Uint8Array(4) }, 'content')))
    const more = concat(one, NEVER)
    expect(await soon(runPipeline(pool, more, take(1), readingSink()))).toEqual({ type: 'EndedEarly', stage: 'pipeline' })
  })

  it('inside another one keeps its own accounts', async () => {
    const outer = inStage((input) => input.pipe(same, after), 1)
    expect(await lastValueFrom(through(outer).pipe(toArray()))).toHaveLength(12)
    const losing = inStage((input) => input.pipe(stage<Content, Content>('inner', { holds: 1 }, filter(() => false))))
    expect(await soon(through(losing))).toEqual({ type: 'HeldTooMany', stage: 'inner', held: 2, allowed: 1 })
  })
})

describe('a sink', () => {
  it.each<[string, Sink<Content, unknown>]>([
    ['throws', map(() => {
      throw new Error('own')
    })],
    ['throws when it is joined', () => {
      throw new Error('own')
    }],
    ['throws later', concatMap(() => timer(1).pipe(mergeMap(() => throwError(() => new Error('own')))))],
  ])('that %s ends the run with its own error', async (_, sink) => {
    await expect(lastValueFrom(runPipeline(pool, source(12), same, sink))).rejects.toThrow('own')
  })

  it.each<[string, Sink<Content, unknown>, number, PipelineFault]>([
    ['forgets its batches', map(() => 0), 12, { type: 'Stalled', held: { pipeline: 5 } }],
    ['forgets its batches, all of them', ignoreElements(), 3, { type: 'LeaseLost', stage: 'pipeline', batches: 3 }],
    ['never ends', (input) => merge(input, NEVER), 3, { type: 'Stalled', held: { pipeline: 3 } }],
    ['takes the first', take(1), 3, { type: 'LeaseLost', stage: 'pipeline', batches: 1 }],
  ])('that %s is named', async (_, sink, count, fault) => {
    expect(await soon(runPipeline(pool, source(count), same, sink))).toEqual(fault)
  })

  it('among two behind a shared source does not get what another one has', async () => {
    const shared: Sink<Content, unknown> = (input) => {
      const both = input.pipe(share())
      return merge(both.pipe(ticking, ownSink('one')), both.pipe(same, ownSink('two')))
    }
    expect(await soon(runPipeline(pool, source(12), shared))).toEqual({ type: 'BatchShared', stage: 'ticking' })
    const sinks: Sink<Content, unknown> = (input) => {
      const both = input.pipe(share())
      return merge(both.pipe(same, ownSink('one')), both.pipe(after, ownSink('two')))
    }
    expect(await soon(runPipeline(pool, source(12), sinks))).toEqual({ type: 'BatchShared', stage: 'after' })
  })
})

/** A sink that keeps its books as ours do, and takes its time. */
const ownSink =
  (name: string): Sink<Content, number> =>
  (input) =>
    defer(() => {
      const books = keepBook(name, Number.POSITIVE_INFINITY, 'sink')
      return input.pipe(
        tap(books.enter),
        concatMap(async (batch) => {
          await new Promise((resolve) => setTimeout(resolve, 10))
          releaseBatch(batch)
          return 1
        })
      )
    })

describe('a source', () => {
  it('of another pool is refused, and its batch goes back', async () => {
    const other = createPool({ leases: 3, batchBytes: BATCH })
    const strange = sampleSource<Content>(other, given(4), { state: 'content' })
    expect(await soon(runPipeline(pool, strange, same, readingSink()))).toEqual({
      type: 'ForeignHandle',
      what: 'a batch of another pool',
    })
    expect(poolStatus(other).out).toBe(0)
  })

  it('with a sample too large names its place', async () => {
    const small = createPool({ leases: 3, batchBytes: BATCH, maxSample: 20 })
    const large = sampleSource<Content>(small, [...given(2), { bytes: new Uint8Array(21) }], { state: 'content' })
    expect(await soon(runPipeline(small, large, same, readingSink()))).toEqual({
      type: 'SampleTooLarge',
      at: 2,
      bytes: 21,
      limit: 20,
    })
    expect([poolStatus(small).out, dirtyBytes(small)]).toEqual([0, 0])
  })
})

describe('without its defence', () => {
  const silent = (raw: Raw, holds?: Holds): Promise<number> =>
    lastValueFrom(runPipeline(pool, source(3), inStage(raw, holds), readingSink()).pipe(toArray())).then(({ length }) => length)
  const forgetting: Raw = switchMap((batch) => timer(1).pipe(map(() => batch)))

  it('P4: leaseLost: two of three batches are lost in silence', async () => {
    expect(await withDefenceOff('leaseLost', () => silent(forgetting))).toBe(1)
    await expect(silent(forgetting)).rejects.toThrow('LeaseLost')
  })

  it('P4: order: a batch overtakes others in silence', async () => {
    expect(await withDefenceOff('order', () => silent(racing))).toBe(3)
    await expect(silent(racing)).rejects.toThrow('OutOfOrder')
  })

  it('P7: heldTooMany: a stage that takes more than it declared is told only by the stall', async () => {
    const greedy = runPipeline(pool, source(12), inStage(filter(() => false), 1), readingSink())
    expect(await withDefenceOff('heldTooMany', () => faultOf(greedy))).toEqual({ type: 'Stalled', held: { tested: 5 } })
    expect(await faultOf(greedy)).toEqual({ type: 'HeldTooMany', stage: 'tested', held: 2, allowed: 1 })
  })

  it('P7: wipe: what the samples were is found in the memory of the pool', async () => {
    const plain = createPool({ leases: 3, batchBytes: BATCH })
    await withDefenceOff('wipe', () =>
      lastValueFrom(runPipeline(plain, sampleSource<Content>(plain, given(3), { state: 'content' }), readingSink()))
    )
    expect(dirtyBytes(plain)).toBeGreaterThan(0)
  })
})
