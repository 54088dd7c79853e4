import { lastValueFrom, toArray } from 'rxjs'

import { fixtureNamed } from '../../asf/testing/fixtures'
import { memorySink } from '../../asf/testing/memory-sink'
import { readGood } from '../../asf/testing/read-whole'
import { SCHEME_CENC, SCHEME_COCKTAIL, SCHEME_MCE, SCHEME_NONE } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { faultOf } from '../../fault/testing/fault-of'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import type { AsfFile } from '../../media/open-asf'
import { mediaIn } from '../protection/testing/protected-fixture'
import type { AsfTarget } from './asf-muxer'
import { mux } from './mux'

const samples = (scheme: number): ReadonlyArray<GivenSample> =>
  Array.from({ length: 30 }, (_, index) => ({
    track: 1 + (index % 2),
    bytes: Uint8Array.from({ length: 20 + 37 * index }, (_each, at) => index + at),
    time: 400_000 * index,
    flags: 1,
    scheme,
    id: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, index),
  }))

const target = (model: AsfFile): AsfTarget & { readonly sink: ReturnType<typeof memorySink> } => ({
  container: 'asf',
  sink: memorySink(),
  model,
  protectionObjects: [],
  extensionObjects: [],
  fileId: new Uint8Array(16).fill(1),
  creationTime: 133_500_000_000_000_000n,
})

describe('muxing to ASF', () => {
  it('writes samples with their ids, and marks their streams as protected', async () => {
    const model = await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes())
    const goal = target(model)
    const pool = createPool({ batchBytes: 2_000 })
    const source = sampleSource<Content>(pool, samples(SCHEME_MCE), { state: 'content' })
    const events = await lastValueFrom(runPipeline(pool, source, mux(goal)).pipe(toArray()))
    const { header, receiver } = await readGood(goal.sink.bytes())
    const shape = ({ track, bytes, time }: { readonly track?: number; readonly bytes: Uint8Array; readonly time?: number }) =>
      [track, time, Buffer.from(bytes).toString('hex')] as const
    const byTrack = (list: ReadonlyArray<ReturnType<typeof shape>>) => [1, 2].map((number) => list.filter(([track]) => track === number))
    expect(byTrack(receiver.samples.map(shape))).toEqual(byTrack(samples(SCHEME_MCE).map(shape)))
    const ids = receiver.samples.map(({ protection }) => protection)
    expect(new Set(ids)).toEqual(new Set(samples(SCHEME_MCE).map(({ id }) => Buffer.from(id ?? []).toString('hex'))))
    expect(header.streams.every(({ encrypted }) => encrypted)).toBe(true)
    const sum = samples(SCHEME_MCE).reduce((bytes, sample) => bytes + sample.bytes.length, 0)
    expect(events.at(-1)).toMatchObject({ type: 'Finished', samples: 30, bytes: sum, tracks: [{ number: 1, kind: 'video', samples: 15 }, { number: 2, kind: 'audio', samples: 15 }] })
    expect(poolStatus(pool).out).toBe(0)
  })

  const withTimes = async (...times: ReadonlyArray<number>) => {
    const goal = target(await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes()))
    const timed = times.map((time, index): GivenSample => ({ ...samples(SCHEME_MCE)[index], bytes: new Uint8Array(9), track: 1, time }))
    const pool = createPool()
    return { goal, run: runPipeline(pool, sampleSource<Content>(pool, timed, { state: 'content' }), mux(goal)) }
  }
  /** 100 ns units that 32 bits of milliseconds go round in. */
  const ROUND = 2 ** 32 * 10_000

  it.each([
    ['begin where 32 bits of milliseconds have gone round', [ROUND]],
    ['step on by half of them', [0, ROUND / 2]],
    ['step back by half of them', [ROUND / 2 + 10_000_000, 0]],
  ])('refuses times that %s: readers would find others', async (_, times) => {
    const { run } = await withTimes(...times)
    const what = 'times of stream 1 that 32 bits of milliseconds do not hold'
    expect(await faultOf(run)).toEqual({ type: 'UnsupportedMedia', at: undefined, what })
  })

  it('lets a stream run on past their end in smaller steps, and readers find each time', async () => {
    const times = [0, 0.4, 0.8, 1.2].map((part) => Math.round((part * ROUND) / 10_000) * 10_000)
    const { goal, run } = await withTimes(...times)
    await lastValueFrom(run)
    expect((await readGood(goal.sink.bytes())).receiver.samples.map(({ time }) => time)).toEqual(times)
  })

  it('refuses a vector of 16 bytes, of which it would write 8', async () => {
    const goal = target(await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes()))
    const long = samples(SCHEME_MCE).map((sample) => ({ ...sample, id: Uint8Array.from({ length: 16 }, (_, at) => 16 - at) }))
    const pool = createPool()
    const run = runPipeline(pool, sampleSource<Content>(pool, long, { state: 'content' }), mux(goal))
    expect(await faultOf(run)).toEqual({ type: 'UnsupportedMedia', at: undefined, what: 'vectors of 16 bytes in stream 1' })
  })

  it('refuses units of the classic cipher that are larger than its packets', async () => {
    const goal = target(await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes()))
    const units = { clear: [0, 0], protected: [40, 300], first: 0, count: 2 }
    const sample: GivenSample = { track: 1, bytes: new Uint8Array(340), scheme: SCHEME_COCKTAIL, ranges: units }
    const pool = createPool()
    const source = sampleSource<Content>(pool, [sample], { state: 'content' })
    const run = runPipeline(pool, source, mux({ ...goal, scheme: 'cocktail', packetSize: 256 }))
    const what = 'a unit of 300 bytes in stream 1, where packets hold 230'
    expect(await faultOf(run)).toEqual({ type: 'UnsupportedMedia', at: undefined, what })
  })

  it('writes a file without samples as such', async () => {
    const goal = target(await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes()))
    const pool = createPool()
    await lastValueFrom(runPipeline(pool, sampleSource<Content>(pool, [], { state: 'content' }), mux(goal)).pipe(toArray()))
    expect((await readGood(goal.sink.bytes())).receiver.samples).toEqual([])
  })

  it.each([
    ['none', SCHEME_NONE],
    ['cenc', SCHEME_CENC],
  ])('P6: lets out no sample under scheme %s', async (found, scheme) => {
    const goal = target(await mediaIn(fixtureNamed('wmv2-wma2.wmv').bytes()))
    const pool = createPool()
    const source = sampleSource<Content>(pool, samples(scheme), { state: 'content' })
    expect(await faultOf(runPipeline(pool, source, mux(goal)))).toEqual({ type: 'WrongState', expected: 'mce', found })
    expect(goal.sink.bytes()).toHaveLength(0)
  })
})
