import { lastValueFrom, toArray } from 'rxjs'

import { openBatch } from '../batch/batch-inside'
import type { SampleView } from '../batch/sample-view'
import { SCHEME_CENC } from '../batch/schemes'
import type { Content } from '../batch/state'
import { readingSink, type ReadRow } from '../batch/testing/read-batch'
import { sampleSource, type GivenSample } from '../batch/testing/sample-source'
import { createPool, poolStatus } from '../lease/pool'
import type { Pool } from '../lease/pool-handle'
import { runPipeline } from '../lease/run-pipeline'
import { dirtyBytes } from '../lease/testing/pool-memory'
import type { PreservingOperator } from '../lease/operator'
import { eachSample } from './each-sample'
import { selectSamples } from './select-samples'

const COUNT = 11
/** Each with a range of its own length. */
const SAMPLES: ReadonlyArray<GivenSample> = Array.from({ length: COUNT }, (_, index) => ({
  track: 1,
  bytes: new Uint8Array(5 + index).fill(0x40 + index),
  time: 10 * index,
  flags: index % 3 === 0 ? 1 : 0,
  scheme: SCHEME_CENC,
  id: new Uint8Array(8).fill(index),
  ranges: { clear: [index], protected: [5], first: 0, count: 1 },
}))

let pool: Pool
beforeEach(() => {
  pool = createPool({ leases: 4, batchBytes: 40 })
})
afterEach(() => {
  expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
})
const source = () => sampleSource<Content>(pool, SAMPLES, { state: 'content' })
const rowsOf = async (operator: PreservingOperator): Promise<ReadonlyArray<ReadRow>> =>
  (await lastValueFrom(runPipeline(pool, source(), operator, readingSink()).pipe(toArray()))).flat()
const through = async (): Promise<ReadonlyArray<ReadRow>> =>
  (await lastValueFrom(runPipeline(pool, source(), readingSink()).pipe(toArray()))).flat()

describe('looking at each sample', () => {
  it('P4: shows all in order, and changes nothing', async () => {
    const seen: unknown[] = []
    const into = new Uint8Array(32)
    const rows = await rowsOf(
      eachSample('look', ({ time, isKey, size, scheme, copyTo }) => {
        const bytes = copyTo(into)
        seen.push([time, isKey, size, scheme, bytes, into[0], into[bytes - 1]])
      })
    )
    expect(seen).toEqual(
      SAMPLES.map(({ time, flags, bytes }) => [time, flags === 1, bytes.length, 'cenc', bytes.length, bytes[0], bytes[0]])
    )
    expect(rows).toEqual(await through())
  })

  it('gives a view that is dead when the batch has gone on', async () => {
    const kept: SampleView[] = []
    await rowsOf(eachSample('keep', (sample) => kept.push(sample)))
    expect(kept).toHaveLength(COUNT)
    for (const view of kept) expect(() => view.time).toThrow('ForeignHandle')
  })

  it('ends the run with what the look throws', async () => {
    const failing = eachSample('fail', ({ time }) => {
      if (time === 70) throw new Error('look')
    })
    await expect(rowsOf(failing)).rejects.toThrow('look')
  })
})

describe('selecting samples', () => {
  it('P4: keeps order, bytes and ranges of those that stay', async () => {
    const rows = await rowsOf(selectSamples('keys', ({ isKey }) => isKey))
    expect(rows).toEqual((await through()).filter(({ flags }) => flags === 1))
    expect(rows.map(({ time, ranges }) => [time, ranges])).toEqual([0, 3, 6, 9].map((index) => [10 * index, [[index, 5]]]))
  })

  it('asks once for each, in order', async () => {
    const asked: number[] = []
    await rowsOf(selectSamples('ask', ({ time }) => asked.push(time) % 2 === 0))
    expect(asked).toEqual(SAMPLES.map(({ time }) => time))
  })

  it('wipes what is dropped, and releases a batch of which nothing is left', async () => {
    const left: number[] = []
    const counts: number[] = []
    const look = readingSink((batch) => {
      const { lease, count } = openBatch(batch)
      counts.push(count)
      left.push(...lease.bytes.filter((byte) => byte !== 0))
    })
    await lastValueFrom(runPipeline(pool, source(), selectSamples('one', ({ time }) => time === 70), look).pipe(toArray()))
    expect([counts, new Set(left)]).toEqual([[1], new Set([0x47])])
    expect(await rowsOf(selectSamples('none', () => false))).toEqual([])
  })

  it('ends the run with what the question throws', async () => {
    const failing = selectSamples('fail', () => {
      throw new Error('ask')
    })
    await expect(rowsOf(failing)).rejects.toThrow('ask')
  })
})
