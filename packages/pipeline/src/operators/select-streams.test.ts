import { lastValueFrom, toArray } from 'rxjs'

import { openBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { readingSink } from '../batch/testing/read-batch'
import { sampleSource } from '../batch/testing/sample-source'
import { createPool, poolStatus } from '../lease/pool'
import { runPipeline } from '../lease/run-pipeline'
import { selectStreams } from './select-streams'

const samples = [1, 2, 3, 1, 2, 2, 3, 1].map((track, index) => ({
  track,
  time: 100 * index,
  flags: index % 2,
  bytes: new Uint8Array(10).fill(16 * track + index),
}))
const SECOND = 0x20

describe('selectStreams', () => {
  it.each([[[1]], [[1, 3]], [[1, 2, 3]], [[9]], [[]]])('P4: keeps order and bytes of streams %j', async (streams) => {
    for (const batchBytes of [10, 30, 1000]) {
      const pool = createPool({ batchBytes })
      const rows = (
        await lastValueFrom(
          runPipeline(
            pool,
            sampleSource<Content>(pool, samples, { state: 'content' }),
            selectStreams(new Set(streams)),
            readingSink()
          ).pipe(toArray())
        )
      ).flat()
      const wanted = samples.filter(({ track }) => streams.includes(track))
      expect(rows.map(({ track, time, flags, bytes }) => ({ track, time, flags, bytes: [...bytes] }))).toEqual(
        wanted.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] }))
      )
      expect(poolStatus(pool).out).toBe(0)
    }
  })

  it('wipes the samples that it leaves out', async () => {
    const pool = createPool({ batchBytes: 1000 })
    let left = -1
    const look = readingSink((batch) => {
      left = openBatch(batch).lease.bytes.filter((byte) => byte >> 4 === SECOND >> 4).length
    })
    const source = sampleSource<Content>(pool, samples, { state: 'content' })
    await lastValueFrom(runPipeline(pool, source, selectStreams(new Set([1, 3])), look).pipe(toArray()))
    expect(left).toBe(0)
  })
})
