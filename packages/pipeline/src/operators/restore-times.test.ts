import type { KeyId } from '@custody/core/identity'
import { lastValueFrom, toArray } from 'rxjs'

import type { Content } from '../batch/state'
import { readingSink, type ReadRow } from '../batch/testing/read-batch'
import { sampleSource } from '../batch/testing/sample-source'
import { createPool, poolStatus } from '../lease/pool'
import { runPipeline } from '../lease/run-pipeline'
import { demuxContent } from './demux'
import { mediaIn, protectedFixture } from './protection/testing/protected-fixture'
import { temporaryHome } from './protection/testing/temporary-home'
import { transcrypt } from './protection/transcrypt'
import { restoreTimes } from './restore-times'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId
const IDS = ['aa'.repeat(16), 'bb'.repeat(16)] as [KeyId, KeyId]
const VIDEO = 1
const SOUND = 2
/** The fixture's rates, from its command line: 25 pictures and 48 000 samples a second, two B-frames at most. */
const PICTURE = 400_000
const FRAME = (1024 * 10_000_000) / 48_000

/** The rows of the H.264 fixture, with their times restored or as the file has them. */
const rowsOf = async (restored: boolean, batchBytes: number): Promise<ReadonlyArray<ReadRow>> => {
  const place = await temporaryHome()
  try {
    const file = await mediaIn(await protectedFixture(place, 'h264-aac.asf', { keyId: KEY_ID, key: '5a'.repeat(16) }))
    const { grant } = await place.exporting(KEY_ID, [
      { keyId: IDS[0], key: '11'.repeat(16) },
      { keyId: IDS[1], key: '22'.repeat(16) },
    ])
    const counters = { from: 0n, to: 1n << 20n }
    const tracks = new Map([
      [VIDEO, { scheme: 'cenc', keyId: IDS[0], counters, form: 'avc' } as const],
      [SOUND, { scheme: 'cenc', keyId: IDS[1], counters, form: 'whole' } as const],
    ])
    const pool = createPool({ batchBytes })
    const source = demuxContent(file, pool)
    const moved = transcrypt(grant, { tracks })
    const run = restored
      ? runPipeline(pool, source, moved, restoreTimes, readingSink())
      : runPipeline(pool, source, moved, readingSink())
    const rows = (await lastValueFrom(run.pipe(toArray()))).flat()
    expect(poolStatus(pool).out).toBe(0)
    return rows
  } finally {
    place.remove()
  }
}
const of = (rows: ReadonlyArray<ReadRow>, number: number): ReadonlyArray<ReadRow> => rows.filter(({ track }) => track === number)

describe('restoreTimes', () => {
  it.each([20_000, 512 * 1024])('P4: keeps count, order and bytes, in batches of %i', async (batchBytes) => {
    const shape = ({ track, bytes, flags, iv, ranges }: ReadRow): unknown => [track, flags, iv, ranges, Buffer.from(bytes).toString('hex')]
    expect((await rowsOf(true, batchBytes)).map(shape)).toEqual((await rowsOf(false, batchBytes)).map(shape))
  })

  it.each([20_000, 512 * 1024])('shows each picture once at its place of the grid, in batches of %i', async (batchBytes) => {
    const video = of(await rowsOf(true, batchBytes), VIDEO)
    const shown = video.map(({ time }) => time).sort((a, b) => a - b)
    const first = shown[0] ?? 0
    expect(shown.map((time) => time - first)).toEqual(shown.map((_, index) => index * PICTURE))
    expect(video[0]?.time).toBe(video[0]?.decodeTime)
    expect(video.map(({ decodeTime }) => decodeTime - first)).toEqual(video.map((_, index) => index * PICTURE))
    expect(video.every(({ duration }) => duration === PICTURE)).toBe(true)
    // Pictures of one coded video sequence are shown in their picture order.
    const byTime = [...video].sort((a, b) => a.time - b.time)
    byTime.slice(1).forEach(({ pictureOrder, flags }, index) => {
      if (flags === 0) expect(pictureOrder).toBeGreaterThan(byTime[index]?.pictureOrder ?? 0)
    })
  })

  it('counts sound exactly, and moves it with the pictures', async () => {
    const before = await rowsOf(false, 512 * 1024)
    const after = await rowsOf(true, 512 * 1024)
    const sound = of(after, SOUND)
    const first = sound[0]?.time ?? 0
    expect(sound.map(({ time }) => time)).toEqual(
      sound.map((_, index) => expect.closeTo(first + index * FRAME, -0.5))
    )
    const moved = (number: number): number => (of(after, number)[0]?.time ?? 0) - (of(before, number)[0]?.time ?? 0)
    // The file states decode times for pictures; its sound is late by as much as they are reordered.
    expect(moved(VIDEO)).toBe(0)
    expect(moved(SOUND)).toBeLessThanOrEqual(0)
    expect(moved(SOUND)).toBeGreaterThanOrEqual(-2 * PICTURE - FRAME)
  })

  it('leaves the times of other codecs alone', async () => {
    const pool = createPool({ batchBytes: 100 })
    const given = [7, 3, 90].map((time) => ({ bytes: new Uint8Array(60), time }))
    const run = runPipeline(pool, sampleSource<Content>(pool, given, { state: 'content' }), restoreTimes, readingSink())
    expect((await lastValueFrom(run.pipe(toArray()))).flat().map(({ time, decodeTime }) => [time, decodeTime])).toEqual([
      [7, 7],
      [3, 3],
      [90, 90],
    ])
  })

  it('keeps its state inside the subscription', async () => {
    expect((await rowsOf(true, 20_000)).map(({ time }) => time)).toEqual((await rowsOf(true, 20_000)).map(({ time }) => time))
  })
})
