import type { Clock } from '@custody/core/clock'
import { ignoreElements, merge, NEVER, throwError, type Observable } from 'rxjs'
import { inspect } from 'node:util'

import type { Batch } from '../batch/batch'
import type { Content } from '../batch/state'
import { readingSink } from '../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../batch/testing/sample-source'
import { SCHEME_MCE, SCHEME_NONE } from '../batch/schemes'
import { createPool } from '../lease/pool'
import { runPipeline } from '../lease/run-pipeline'
import { meter } from './meter'
import type { MeterFigures } from './meter-book'
import { passed, untouched } from './testing/passed'

const CANARY = 0x5e
const id = new Uint8Array(8)
const samples: ReadonlyArray<GivenSample> = [1, 2, 1, 1, 2, 1].map((track, index) => ({
  track,
  bytes: new Uint8Array(10 + index).fill(CANARY),
  scheme: track === 1 ? SCHEME_MCE : SCHEME_NONE,
  id,
}))
const OF_FIRST = { samples: 4, bytes: 10 + 12 + 13 + 15 }
const OF_SECOND = { samples: 2, bytes: 11 + 14 }

/** A clock that goes on by a second at each look. */
const steps = (): Clock => {
  let at = 0
  return { now: () => (at += 1_000_000) }
}

describe('meter', () => {
  const metered = async (over: Partial<Parameters<typeof meter>[0]> = {}): Promise<ReadonlyArray<MeterFigures>> => {
    const told: MeterFigures[] = []
    await passed(meter({ onFigures: (figures) => told.push(figures), ...over }), samples, { batchBytes: 30 })
    return told
  }

  it('counts by track and by scheme, and tells it once at the end', async () => {
    const [last, ...none] = await metered({ clock: steps() })
    expect(none).toEqual([])
    expect(last).toMatchObject({ end: 'completed', samples: 6, bytes: 75, batches: 3, elapsed: 1000 })
    expect(last?.tracks).toEqual(new Map([[1, OF_FIRST], [2, OF_SECOND]]))
    expect(last?.schemes).toEqual(new Map([['mce', OF_FIRST], ['none', OF_SECOND]]))
    expect(last?.rate).toEqual({ samples: 6, bytes: 75 })
  })

  it('P4: keeps count, order and bytes', async () => {
    const operator = meter({ onFigures: () => undefined })
    expect(await passed(operator, samples, { batchBytes: 30 })).toEqual(await passed(untouched, samples, { batchBytes: 30 }))
  })

  it('counts anew in each run', async () => {
    const told: MeterFigures[] = []
    const operator = meter({ onFigures: (figures) => told.push(figures) })
    for (let run = 0; run < 2; run += 1) await passed(operator, samples)
    expect(told.map(({ samples: count }) => count)).toEqual([6, 6])
  })

  it('R1: has nothing of the content in its figures', async () => {
    const text = inspect(await metered(), { depth: null, showHidden: true })
    expect(text).toContain('mce')
    for (const spelling of ['5e5e', '94, 94', '^^^^']) expect(text).not.toContain(spelling)
  })

  describe('while nothing passes', () => {
    const stalled = (told: MeterFigures[]) => {
      const pool = createPool({ batchBytes: 10, leases: 3 })
      const source = sampleSource<Content>(pool, samples.map((sample) => ({ ...sample, bytes: new Uint8Array(10) })), { state: 'content' })
      const onFigures = (figures: MeterFigures): void => void told.push(figures)
      const holdAll = (batches: Observable<Batch<Content>>) => merge(batches.pipe(ignoreElements()), NEVER)
      return runPipeline(pool, source, meter({ every: 5, onFigures }), holdAll)
    }
    it('tells at each interval which leases are out, and that it was cancelled', async () => {
      const told: MeterFigures[] = []
      const subscription = stalled(told).subscribe()
      while (told.length < 3) await new Promise((resolve) => setTimeout(resolve, 5))
      subscription.unsubscribe()
      const count = told.length
      expect(told.at(-2)).toMatchObject({ end: undefined, leasesOut: 3, batches: 3 })
      expect(told.at(-1)).toMatchObject({ end: 'cancelled' })
      await new Promise((resolve) => setTimeout(resolve, 30))
      expect(told).toHaveLength(count)
    })
  })

  const failing = throwError(() => new Error('of the source'))
  it('tells how a run ended, and leaves its fault alone', async () => {
    const told: MeterFigures[] = []
    const pool = createPool()
    const run = (operator: ReturnType<typeof meter>) =>
      new Promise((resolve) => {
        runPipeline(pool, failing as Observable<Batch<Content>>, operator, readingSink()).subscribe({ error: resolve })
      })
    expect(await run(meter({ onFigures: (figures) => told.push(figures) }))).toEqual(new Error('of the source'))
    expect(told.map(({ end }) => end)).toEqual(['failed'])
    const throwing = meter({
      onFigures: () => {
        throw new Error('of the callback')
      },
    })
    expect(await run(throwing)).toEqual(new Error('of the source'))
  })

  it('ends the run when a callback throws before the end', async () => {
    const onFigures = (): void => {
      throw new Error('of the callback')
    }
    await expect(passed(meter({ onFigures }), samples)).rejects.toThrow('of the callback')
    const pool = createPool()
    const early = new Promise((resolve) =>
      runPipeline(pool, NEVER as Observable<Batch<Content>>, meter({ every: 5, onFigures }), readingSink()).subscribe({ error: resolve })
    )
    expect(await early).toEqual(new Error('of the callback'))
  })
})
