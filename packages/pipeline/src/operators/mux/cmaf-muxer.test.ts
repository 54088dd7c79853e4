import type { KeyId } from '@custody/core/identity'
import * as E from 'fp-ts/Either'
import { lastValueFrom, toArray } from 'rxjs'

import { memorySink, type MemorySink } from '../../asf/testing/memory-sink'
import { memorySource } from '../../asf/testing/memory-source'
import { SCHEME_CENC, SCHEME_MCE, SCHEME_NONE } from '../../batch/schemes'
import type { Content } from '../../batch/state'
import { sampleSource, type GivenSample } from '../../batch/testing/sample-source'
import { faultOf } from '../../fault/testing/fault-of'
import { inspectMp4 } from '../../isobmff/read/inspect-mp4'
import { mp4boxSamples } from '../../isobmff/testing/mp4box-samples'
import { createPool, poolStatus } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { dirtyBytes } from '../../lease/testing/pool-memory'
import type { TrackDescription } from '../../media/media-description'
import { mux, type MuxEvent } from './mux'
import type { MuxedTrack } from './muxer'

const KEY_ID = 'aa'.repeat(16) as KeyId
const RATE = 10_000
const MILLISECOND = 10_000
/** 100 ms of sound in each sample. */
const STEP = 100 * MILLISECOND

const mp3 = (number: number): TrackDescription => ({
  number,
  kind: 'audio',
  codec: 'mp3',
  codecPrivate: new Uint8Array(),
  audio: { channels: 2, sampleRate: RATE },
  encrypted: true,
  bitrate: 128_000,
  averageFrameTime: 0,
  language: 'fr',
})

/** `count` samples of a track, 100 ms apart, every one of ten a sync sample. */
const samples = (count: number, track = 1, first = 0): ReadonlyArray<GivenSample> =>
  Array.from({ length: count }, (_, index) => ({
    track,
    bytes: new Uint8Array(40).fill(index + 1),
    time: first + index * STEP,
    flags: index % 10 === 0 ? 1 : 0,
    scheme: SCHEME_CENC,
    id: Uint8Array.of(0, 0, 0, 0, 0, 0, track, index),
  }))

const target = (sinks: ReadonlyMap<number, MemorySink>) =>
  ({
    container: 'cmaf',
    tracks: new Map(
      [...sinks].map(([number, sink]) => [
        number,
        { file: `${number}.mp4`, sink, protection: { scheme: 'cenc', keyId: KEY_ID, ivSize: 8 }, pssh: [] } as const,
      ])
    ),
  }) as const

interface Written {
  readonly files: ReadonlyMap<number, Uint8Array>
  readonly tracks: ReadonlyArray<MuxedTrack>
  readonly events: ReadonlyArray<MuxEvent>
}

const write = async (
  given: ReadonlyArray<GivenSample>,
  { batchBytes = 400, numbers = [1] }: { readonly batchBytes?: number; readonly numbers?: ReadonlyArray<number> } = {}
): Promise<Written> => {
  const pool = createPool({ batchBytes })
  const sinks = new Map(numbers.map((number) => [number, memorySink()]))
  const tracks = new Map(numbers.map((number) => [number, mp3(number)]))
  const source = sampleSource<Content>(pool, given, { state: 'content', tracks })
  const events = await lastValueFrom(runPipeline(pool, source, mux(target(sinks))).pipe(toArray()))
  expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  const last = events.at(-1)
  if (last?.type !== 'Finished') throw new Error('not finished')
  return { files: new Map([...sinks].map(([number, sink]) => [number, sink.bytes()])), tracks: last.tracks, events }
}

const only = (files: ReadonlyMap<number, Uint8Array>): Uint8Array => files.get(1) ?? new Uint8Array()

describe('muxing to CMAF', () => {
  it.each([80, 400, 100_000])('writes what an independent reader finds again, in batches of %i bytes', async (batchBytes) => {
    const given = samples(45)
    const { files } = await write(given, { batchBytes })
    const file = only(files)
    const read = mp4boxSamples(file, 1)
    expect(read.map(({ dts, cts, duration }) => [dts, cts, duration])).toEqual(
      given.map((_, index) => [1000 * index, 1000 * index, 1000])
    )
    expect(read.map(({ offset, size }) => [...file.subarray(offset, offset + size)])).toEqual(given.map(({ bytes }) => [...bytes]))
    expect(read.map(({ is_sync }) => is_sync)).toEqual(given.map(({ flags }) => flags === 1))
  })

  it('begins a segment at each sync sample that is two seconds behind the last, and says where each lies', async () => {
    const { files, tracks } = await write(samples(45))
    const [track] = tracks
    // Sync samples at every second: the segments begin at 0, 2 and 4 s.
    expect(track?.segments.map(({ start, duration }) => [start, duration])).toEqual([
      [0, 20_000],
      [20_000, 20_000],
      [40_000, 5_000],
    ])
    let at = track?.init.size ?? 0
    const file = only(files)
    for (const { offset, size } of track?.segments ?? []) {
      expect(offset).toBe(at)
      expect(Buffer.from(file.subarray(offset + 4, offset + 8)).toString()).toBe('moof')
      at += size
    }
    expect(at).toBe(file.length)
    expect(track).toMatchObject({ number: 1, kind: 'audio', codecs: 'mp4a.6B', samples: 45, bytes: 1800, timescale: RATE, end: 45_000 })
    expect(track?.language).toBe('fr')
  })

  it('takes the length of a lone sample from the one before', async () => {
    const { tracks } = await write(samples(41), { batchBytes: 80 })
    expect(tracks[0]?.segments.at(-1)).toMatchObject({ start: 40_000, duration: 1_000 })
  })

  it('ends a fragment where the next begins, also over a gap', async () => {
    const given = [...samples(25), ...samples(5, 1, 40 * STEP)]
    const { files } = await write(given, { batchBytes: 100_000 })
    const durations = mp4boxSamples(only(files), 1).map(({ duration }) => duration)
    expect(durations[24]).toBe(16_000)
  })

  it('trims a start before 0 by an edit, and keeps all times', async () => {
    const { files, tracks } = await write(samples(30, 1, -25 * MILLISECOND))
    const read = mp4boxSamples(only(files), 1)
    expect(read[0]).toMatchObject({ dts: 0, cts: 0 })
    expect(tracks[0]?.end).toBe(30_000 - 250)
    const elst = Buffer.from(only(files)).indexOf('elst')
    expect(elst).toBeGreaterThan(0)
    // Version, flags and count, then the duration and the media time of the only entry.
    const version = only(files)[elst + 4]
    const at = elst + 12 + (version === 1 ? 8 : 4)
    const view = Buffer.from(only(files))
    expect(version === 1 ? Number(view.readBigInt64BE(at)) : view.readInt32BE(at)).toBe(250)
    expect(Buffer.from(only((await write(samples(3))).files)).indexOf('elst')).toBe(-1)
  })

  it('writes each track to a file of its own', async () => {
    const mixed = samples(20).flatMap((sample, index) => [sample, ...samples(20, 2).slice(index, index + 1)])
    const { files, tracks } = await write(mixed, { numbers: [1, 2] })
    expect(tracks.map(({ number, samples: count, file }) => [number, count, file])).toEqual([
      [1, 20, '1.mp4'],
      [2, 20, '2.mp4'],
    ])
    for (const file of files.values()) {
      const report = await inspectMp4(memorySource(file))()
      if (E.isLeft(report)) throw new Error(report.left.type)
      expect(report.right.counts).toMatchObject([{ samples: 20, bytes: 800 }])
    }
  })

  it('reports each batch and at last the whole', async () => {
    const { events } = await write(samples(45))
    const counts = events.map(({ type, samples: count }) => [type, count])
    expect(counts).toEqual([['Progress', 10], ['Progress', 20], ['Progress', 30], ['Progress', 40], ['Progress', 45], ['Finished', 45]])
  })

  it.each([
    ['none', SCHEME_NONE],
    ['mce', SCHEME_MCE],
  ])('P6: lets out no sample under scheme %s', async (found, scheme) => {
    const pool = createPool({ batchBytes: 400 })
    const sink = memorySink()
    const given = samples(3).map((sample) => ({ ...sample, scheme, id: new Uint8Array(8) }))
    const source = sampleSource<Content>(pool, given, { state: 'content', tracks: new Map([[1, mp3(1)]]) })
    expect(await faultOf(runPipeline(pool, source, mux(target(new Map([[1, sink]])))))).toEqual({
      type: 'WrongState',
      expected: 'cenc',
      found,
    })
    expect(sink.bytes()).toHaveLength(0)
  })

  it('refuses what it has no file or no form for', async () => {
    const run = (number: number, track: TrackDescription) => {
      const pool = createPool()
      const source = sampleSource<Content>(pool, samples(2, number), { state: 'content', tracks: new Map([[number, track]]) })
      return faultOf(runPipeline(pool, source, mux(target(new Map([[1, memorySink()]])))))
    }
    expect(await run(2, mp3(2))).toMatchObject({ type: 'UnsupportedMedia', what: 'stream 2 has no target file' })
    expect(await run(1, { ...mp3(1), codec: 'wmav2' })).toMatchObject({ type: 'UnsupportedMedia' })
  })

  it('passes on the fault of a sink, and gives everything back', async () => {
    const pool = createPool({ batchBytes: 400 })
    const fault = { type: 'SinkFailed', place: 'x', code: 'ENOSPC' } as const
    const sink: MemorySink = { ...memorySink(), write: () => async () => E.left(fault) }
    const source = sampleSource<Content>(pool, samples(45), { state: 'content', tracks: new Map([[1, mp3(1)]]) })
    expect(await faultOf(runPipeline(pool, source, mux(target(new Map([[1, sink]])))))).toEqual(fault)
    expect([poolStatus(pool).out, dirtyBytes(pool)]).toEqual([0, 0])
  })

  it('R18: keeps the bytes of a write under way as they are, and writes nothing after it is unsubscribed', async () => {
    const pool = createPool({ batchBytes: 400, leases: 3 })
    const seen: Uint8Array[] = []
    let done = (): void => undefined
    const sink: MemorySink = {
      ...memorySink(),
      write: (chunks) => () =>
        new Promise((resolve) => {
          seen.push(...chunks)
          done = () => resolve(E.right(undefined))
        }),
    }
    const source = sampleSource<Content>(pool, samples(45), { state: 'content', tracks: new Map([[1, mp3(1)]]) })
    const subscription = runPipeline(pool, source, mux(target(new Map([[1, sink]])))).subscribe()
    await new Promise((resolve) => setTimeout(resolve, 10))
    subscription.unsubscribe()
    const media = seen.at(-1)
    expect([media?.length, media?.[0], media?.[399], poolStatus(pool).out]).toEqual([400, 1, 10, 1])
    const writes = seen.length
    done()
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect([media?.length, poolStatus(pool).out, seen.length, dirtyBytes(pool)]).toEqual([0, 0, writes, 0])
  })

  it('names the sink in the table of a pipeline that stands still', async () => {
    const pool = createPool({ batchBytes: 400, leases: 3, stallAfter: 20 })
    const sink: MemorySink = { ...memorySink(), write: () => () => new Promise(() => undefined) }
    const source = sampleSource<Content>(pool, samples(45), { state: 'content', tracks: new Map([[1, mp3(1)]]) })
    expect(await faultOf(runPipeline(pool, source, mux(target(new Map([[1, sink]])))))).toEqual({ type: 'Stalled', held: { mux: 3 } })
  })
})
