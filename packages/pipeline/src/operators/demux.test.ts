import type { KeyId } from '@custody/core/identity'
import * as TE from 'fp-ts/TaskEither'
import { lastValueFrom, take, toArray } from 'rxjs'

import { FIXTURES, fixtureNamed } from '../asf/testing/fixtures'
import { memorySource } from '../asf/testing/memory-source'
import { readGood } from '../asf/testing/read-whole'
import { readingSink } from '../batch/testing/read-batch'
import { faultOf } from '../fault/testing/fault-of'
import { createPool, poolStatus } from '../lease/pool'
import { poolState } from '../lease/pool-state'
import { runPipeline } from '../lease/run-pipeline'
import { dirtyBytes } from '../lease/testing/pool-memory'
import { demuxClear, demuxContent } from './demux'
import { mediaIn, protectedFixture } from './protection/testing/protected-fixture'
import { temporaryHome } from './protection/testing/temporary-home'
import type { ReadReport } from './sources/sample-source'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const FIXTURE = 'tiny-packets-256.asf'
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('demuxing', () => {
  it.each(FIXTURES.map(({ name }) => name))('gives the samples of %s, whatever the size of a batch', async (name) => {
    const file = await mediaIn(fixtureNamed(name).bytes())
    const wanted = (await readGood(fixtureNamed(name).bytes())).receiver.samples
    const pool = createPool({ leases: 3, batchBytes: 20_000 })
    const rows = (await lastValueFrom(runPipeline(pool, demuxClear(file, pool), readingSink()).pipe(toArray()))).flat()
    for (const number of file.tracks.keys()) {
      const of = <T extends { readonly track: number; readonly time: number; readonly flags: number; readonly bytes: Uint8Array }>(
        samples: ReadonlyArray<T>
      ): unknown => samples.filter(({ track }) => track === number).map(({ time, flags, bytes }) => [time, flags, hex(bytes)])
      expect(of(rows)).toEqual(of(wanted))
    }
    expect([rows.length, poolStatus(pool).out, dirtyBytes(pool)]).toEqual([wanted.length, 0, 0])
  })

  it('tells once at the end how far the file was read, and not when it was cancelled', async () => {
    const reports: ReadReport[] = []
    const onReport = (report: ReadReport): number => reports.push(report)
    const pool = createPool({ batchBytes: 20_000 })
    const whole = demuxClear(await mediaIn(fixtureNamed(FIXTURE).bytes()), pool, { onReport })
    await lastValueFrom(runPipeline(pool, whole, readingSink()).pipe(toArray()))
    expect(reports).toHaveLength(1)
    const cut = demuxClear(await mediaIn(fixtureNamed(FIXTURE).bytes()), pool, { onReport })
    await lastValueFrom(runPipeline(pool, cut, readingSink()).pipe(take(1)))
    await settle()
    expect(reports).toHaveLength(1)
  })

  it.each([0, 1, 2, 5])('R18: lets go of everything after batch %i, on its own too', async (count) => {
    const pool = createPool({ leases: 8, batchBytes: 20_000, stallAfter: 60_000 })
    const file = await mediaIn(fixtureNamed(FIXTURE).bytes())
    const emitted = await lastValueFrom(demuxClear(file, pool).pipe(take(count), toArray()))
    await settle()
    // What was emitted belongs to whoever took it; the demuxer keeps none and waits for none.
    expect([poolStatus(pool).out, poolState(pool).waiting.length]).toEqual([emitted.length, 0])
  })

  it('R18: stops reading when it is unsubscribed while it waits for the source', async () => {
    const bytes = fixtureNamed(FIXTURE).bytes()
    const inMemory = memorySource(bytes, 4096)
    let answer = (): void => undefined
    let reads = 0
    const file = await mediaIn(bytes)
    const slow = {
      ...inMemory,
      read: () => {
        reads += 1
        return TE.fromTask(() => new Promise<number>((resolve) => (answer = () => resolve(0))))
      },
    }
    const pool = createPool({ stallAfter: 60_000 })
    const subscription = runPipeline(pool, demuxClear({ ...file, source: slow }, pool), readingSink()).subscribe()
    await settle()
    subscription.unsubscribe()
    answer()
    await settle()
    expect([reads, poolStatus(pool).out, poolState(pool).waiting.length]).toEqual([1, 0, 0])
  })

  it('R18: gives back a batch that it was filling, on its own too', async () => {
    const bytes = fixtureNamed(FIXTURE).bytes()
    const file = await mediaIn(bytes)
    let reads = 0
    const stuck = {
      ...file.source,
      read: (into: Uint8Array) => {
        reads += 1
        return reads === 1 ? file.source.read(into.subarray(0, 10_000)) : TE.fromTask(() => new Promise<number>(() => undefined))
      },
    }
    const pool = createPool()
    const subscription = demuxClear({ ...file, source: stuck }, pool).subscribe()
    await settle()
    expect(poolStatus(pool).out).toBe(1)
    subscription.unsubscribe()
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  })

  it('passes on the fault of the source, and gives everything back', async () => {
    const bytes = fixtureNamed(FIXTURE).bytes()
    const file = await mediaIn(bytes)
    let reads = 0
    const broken = {
      ...file.source,
      read: (into: Uint8Array) => {
        reads += 1
        return reads < 3 ? file.source.read(into.subarray(0, 10_000)) : TE.left({ type: 'SourceFailed', place: 'x', code: 'EIO' } as const)
      },
    }
    const pool = createPool({ batchBytes: 5_000 })
    const fault = await faultOf(runPipeline(pool, demuxClear({ ...file, source: broken }, pool), readingSink()))
    expect(fault).toEqual({ type: 'SourceFailed', place: 'x', code: 'EIO' })
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  })

  it('refuses a sample above the pool’s limit, and leaves it out when it salvages', async () => {
    const bytes = fixtureNamed('long-gop-fragments.asf').bytes()
    const sizes = (await readGood(bytes)).receiver.samples.map((sample) => sample.bytes.length).sort((a, b) => a - b)
    const limit = sizes[sizes.length >> 1] ?? 0
    const pool = createPool({ batchBytes: 1_000, maxSample: limit })
    expect(await faultOf(runPipeline(pool, demuxClear(await mediaIn(bytes), pool), readingSink()))).toMatchObject({
      type: 'SampleTooLarge',
      limit,
    })
    const salvaging = demuxClear(await mediaIn(bytes), pool, { salvage: true })
    const rows = (await lastValueFrom(runPipeline(pool, salvaging, readingSink()).pipe(toArray()))).flat()
    expect(rows.map(({ bytes: sample }) => sample.length).sort((a, b) => a - b)).toEqual(sizes.filter((size) => size <= limit))
  })

  describe('by state', () => {
    it('takes clear media as clear and protected media as content only', async () => {
      const place = await temporaryHome()
      try {
        const clear = await mediaIn(fixtureNamed('h264-aac.asf').bytes())
        const covered = await mediaIn(await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: '77'.repeat(16) }))
        const pool = createPool()
        expect(await faultOf(demuxContent(clear, pool))).toEqual({ type: 'WrongState', expected: 'content', found: 'clear' })
        expect(await faultOf(demuxClear(covered, pool))).toEqual({ type: 'WrongState', expected: 'clear', found: 'content' })
      } finally {
        place.remove()
      }
    })

    it('R17: takes a file with a protection header and no marked stream as neither', async () => {
      const file = await mediaIn(fixtureNamed('h264-aac.asf').bytes())
      const header = { kind: 'content-encryption', at: 30, data: new Uint8Array(4) }
      const odd = { ...file, description: { ...file.description, protection: [header] } }
      const pool = createPool()
      expect(await faultOf(demuxClear(odd, pool))).toEqual({ type: 'WrongState', expected: 'clear', found: 'content' })
      expect(await faultOf(demuxContent(odd, pool))).toEqual({ type: 'WrongState', expected: 'content', found: 'clear' })
    })
  })
})
