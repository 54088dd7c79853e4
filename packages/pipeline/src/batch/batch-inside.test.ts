import { of, type Observable } from 'rxjs'

import { faultOf, faultThrown } from '../fault/testing/fault-of'
import { fanOut } from '../lease/fan-out'
import { createPool } from '../lease/pool'
import type { Pool } from '../lease/pool-handle'
import { runPipeline } from '../lease/run-pipeline'
import { eachBatch } from '../lease/stage'
import { mux } from '../operators/mux/mux'
import { restoreTimes } from '../operators/restore-times'
import { selectStreams } from '../operators/select-streams'
import type { Batch } from './batch'
import type * as BatchInsideModule from './batch-inside'
import { openBatch, openBatchIn, releaseBatch } from './batch-inside'
import type { Content } from './state'
import { batchOf } from './testing/sample-source'

const CANARY = 'canary bytes of a sample'
const sample = { bytes: Uint8Array.from(Buffer.from(CANARY)) }
const PLAIN = 'a plain object: a literal, or a spread, clone or JSON of a batch'

describe('a batch handle', () => {
  let pool: Pool
  let batch: Batch<Content>
  beforeEach(() => {
    pool = createPool({ batchBytes: 64 })
    batch = batchOf<Content>(pool, sample, 'content')
  })

  it('is frozen, empty and without prototype: nothing of the sample is reached through it', () => {
    const handle: object = batch
    expect(Object.isFrozen(handle)).toBe(true)
    expect(Reflect.ownKeys(handle)).toEqual([])
    expect(Object.getPrototypeOf(handle)).toBeNull()
    expect(JSON.stringify(handle)).toBe('{}')
  })

  it('opens as long as its lease is out', () => {
    expect(openBatch(batch).count).toBe(1)
    releaseBatch(batch)
    releaseBatch(batch)
    expect(faultThrown(() => openBatch(batch))).toEqual({ type: 'ForeignHandle', what: 'a batch that was released' })
  })

  it('opens in its state only', () => {
    expect(openBatchIn(batch, 'content').count).toBe(1)
    expect(faultThrown(() => openBatchIn(batch, 'clear'))).toEqual({ type: 'WrongState', expected: 'clear', found: 'content' })
  })

  it.each<[string, (handle: object) => unknown, string]>([
    ['a spread', (handle) => ({ ...handle }), PLAIN],
    ['a literal', () => ({ state: 'content' }), PLAIN],
    ['a structured clone', (handle) => structuredClone(handle), PLAIN],
    ['a journey through JSON', (handle) => JSON.parse(JSON.stringify(handle)), PLAIN],
    ['an heir', (handle) => Object.create(handle), 'an object that inherits from a batch'],
    ['a proxy', (handle) => new Proxy(handle, {}), 'a proxy'],
    ['an empty object', () => Object.create(null), 'a batch of another copy of @custody/pipeline, or an empty object without a prototype'],
    ['nothing', () => null, 'no object but null'],
    ['a text', () => 'batch', 'no object but string'],
    ['a function', () => () => undefined, 'no object but function'],
  ])('is not copied by %s, and the fault says which', (_, copy, what) => {
    expect(faultThrown(() => openBatch(copy(batch)))).toEqual({ type: 'ForeignHandle', what })
  })

  it('of another copy of the package is refused', () => {
    jest.isolateModules(() => {
      const other = jest.requireActual<typeof BatchInsideModule>('./batch-inside')
      expect(other.openBatch).not.toBe(openBatch)
      const fault = (() => {
        try {
          other.openBatch(batch)
        } catch (error) {
          return (error as { fault: unknown }).fault
        }
        return undefined
      })()
      const what = 'a batch of another copy of @custody/pipeline, or an empty object without a prototype'
      expect(fault).toEqual({ type: 'ForeignHandle', what })
    })
  })

  it('does nothing when a stranger is released', () => {
    for (const stranger of [{}, null, 'x', undefined]) expect(() => releaseBatch(stranger)).not.toThrow()
  })

  it('in another state does not get into a sink, whatever the types were made to say', async () => {
    const sink = mux({ container: 'cmaf', tracks: new Map() })
    for (const state of ['clear', 'session'] as const) {
      const wrong = batchOf<Content>(createPool(), sample, state)
      expect(await faultOf(sink(of(wrong)))).toEqual({ type: 'WrongState', expected: 'content', found: state })
    }
  })

  it('in another state is refused behind a guard that lies, an `any` and a fan-out', async () => {
    const isContent = (given: unknown): given is Batch<Content> => given !== undefined
    const clear = (): unknown => batchOf<Content>(pool, sample, 'clear')
    const sinks = [mux({ container: 'cmaf', tracks: new Map() }), fanOut([mux({ container: 'cmaf', tracks: new Map() })])]
    for (const sink of sinks) {
      const lied = clear()
      if (!isContent(lied)) throw new Error('the guard does not lie')
      expect(await faultOf(sink(of(lied)))).toEqual({ type: 'WrongState', expected: 'content', found: 'clear' })
      expect(await faultOf(sink(of(clear() as Batch<Content>)))).toEqual({ type: 'WrongState', expected: 'content', found: 'clear' })
    }
  })

  it.each<[string, (handle: object) => unknown]>([
    ['a spread', (handle) => ({ ...handle })],
    ['a proxy', (handle) => new Proxy(handle, {})],
    ['an heir', (handle) => Object.create(handle) as unknown],
    ['a clone', (handle) => structuredClone(handle)],
  ])('as %s is refused by everything that takes batches', async (_, copy) => {
    const stranger = of(copy(batch) as Batch<Content>)
    const same = eachBatch<Content>('same', (each) => each)
    const takers: ReadonlyArray<(source: typeof stranger) => Observable<unknown>> = [
      mux({ container: 'cmaf', tracks: new Map() }),
      same,
      restoreTimes,
      selectStreams(new Set([1])),
      fanOut([same]),
      (source) => runPipeline(createPool(), source, same),
    ]
    for (const take of takers) expect(await faultOf(take(stranger))).toMatchObject({ type: 'ForeignHandle' })
  })
})
