import fc from 'fast-check'
import { lastValueFrom, map, toArray, type Observable } from 'rxjs'

import { runs } from '../../../../../test/gate/runs'
import type { Batch } from '../../batch/batch'
import { releaseBatch } from '../../batch/batch-inside'
import type { Content } from '../../batch/state'
import { createPool } from '../../lease/pool'
import { runPipeline } from '../../lease/run-pipeline'
import { openMedia } from '../../media/media-file'
import { demuxClear, demuxContent } from '../../operators/demux'
import { parseAvcConfiguration } from '../../codec/avc/parse-avc-configuration'
import { plainCover } from '../oracle/plain-cipher'
import { givingSource } from '../run/giving-source'
import { must } from '../run/must'
import { seenRows, type SeenRow } from '../run/seen-row'
import { madeAsf } from './made-asf'
import { sampleBytes, type MadeMedia } from './made-media'
import { madeMp4 } from './made-mp4'
import { madePictures, pictureRecord, type PictureShape } from './made-pictures'
import { drawnBytes } from './drawn-bytes'
import { sampleSequences } from './sample-sequences'
import { soundTrack } from './made-sound'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const KEY = { keyId: 'ab'.repeat(16), key: Uint8Array.from({ length: 16 }, (_, at) => 7 * at) }
const CLASSIC = { keyId: 'cd'.repeat(16), key: Uint8Array.from({ length: 7 }, (_, at) => 9 * at) }

const rowsOf = async (bytes: Uint8Array, scheme?: 'mce' | 'cocktail' | 'clear'): Promise<ReadonlyArray<SeenRow>> => {
  const file = await must(openMedia(givingSource(bytes, { largestRead: 999 })))
  const pool = createPool({ batchBytes: 64 * 1024 })
  const content = demuxContent(file, pool, { scheme: scheme === 'cocktail' ? scheme : 'mce' })
  const source = scheme === 'clear' ? (demuxClear(file, pool) as unknown as Observable<Batch<Content>>) : content
  const run = runPipeline(pool, source, (batches) =>
    batches.pipe(
      map((batch) => {
        const rows = seenRows(batch)
        releaseBatch(batch)
        return rows
      })
    )
  )
  return (await lastValueFrom(run.pipe(toArray()), { defaultValue: [] })).flat()
}

const told = ({ samples }: MadeMedia, container: 'asf' | 'mp4', unit: number): ReadonlyArray<string> =>
  samples.map((sample) => {
    const time = container === 'asf' ? sample.decodeTime : sample.time
    return `${String(sample.track)} ${String(Math.round(time / unit))} ${String(sample.key)} ${hex(sampleBytes(sample, container))}`
  })

const found = (rows: ReadonlyArray<SeenRow>, unit: number, open: (row: SeenRow) => Uint8Array): ReadonlyArray<string> =>
  rows.map((row) => `${String(row.track)} ${String(Math.round(row.time / unit))} ${String(row.key)} ${hex(open(row))}`)

/** Of ASF; of MP4 a little more than its clocks. */
const MILLISECOND = 10_000

describe('made files', () => {
  it.each(['none', 'mce', 'cocktail'] as const)('of ASF under %s have the samples that they were made of', async (scheme) => {
    await fc.assert(
      fc.asyncProperty(sampleSequences({ container: 'asf' }), fc.constantFrom(256, 1600), async (media, packetSize) => {
        const own = scheme === 'cocktail' ? CLASSIC : KEY
        const bytes = await madeAsf(media, { packetSize, cover: scheme === 'none' ? undefined : { scheme, ...own } })
        const rows = await rowsOf(bytes, scheme === 'none' ? 'clear' : scheme)
        const open = ({ iv, ranges, bytes: sample }: SeenRow): Uint8Array => plainCover('open', sample, { scheme, key: own.key, iv, ranges })
        expect(found(rows, MILLISECOND, open)).toEqual(told(media, 'asf', MILLISECOND))
      }),
      { numRuns: runs(12) }
    )
  })

  const OF_MP4 = ['none', 'cenc', 'cens', 'cbc1', 'cbcs'] as const
  it.each(OF_MP4)('of MP4 under %s have the samples that they were made of, empty ones too', async (scheme) => {
    await fc.assert(
      fc.asyncProperty(sampleSequences({ container: 'mp4' }), fc.integer({ min: 1, max: 8 }), async (media, fragment) => {
        const bytes = madeMp4(media, { fragment, cover: scheme === 'none' ? undefined : { scheme, ...KEY } })
        const rows = await rowsOf(bytes, scheme === 'none' ? 'clear' : undefined)
        const open = ({ iv, ranges, pattern, bytes: sample }: SeenRow): Uint8Array =>
          plainCover('open', sample, { scheme, key: KEY.key, iv, ranges, pattern })
        expect(found(rows, MILLISECOND, open)).toEqual(told(media, 'mp4', MILLISECOND))
      }),
      { numRuns: runs(12) }
    )
  })

  it('of MP4 end with a sample without bytes, or have nothing else', async () => {
    const empty = { track: 1, time: 0, decodeTime: 0, duration: 200_000, key: true, content: new Uint8Array() }
    const media = { tracks: [soundTrack(1)], samples: [{ ...empty, content: Uint8Array.of(1, 2, 3) }, empty, empty] }
    for (const fragment of [1, 2, 3]) {
      expect((await rowsOf(madeMp4(media, { fragment }), 'clear')).map(({ bytes }) => bytes.length)).toEqual([3, 0, 0])
    }
  })
})

describe('made pictures', () => {
  const shape: PictureShape = { group: 4, reordered: true, cabac: true, sliceBytes: [40], slices: 2, setsInBand: true }

  it('come with a configuration that can be read', () => {
    const sps = { width: 64, height: 64, pictureOrder: { type: 0 } }
    expect(parseAvcConfiguration(pictureRecord(shape))).toMatchObject({ right: { sps } })
  })

  it('have times of showing that are all of them, in another order', () => {
    const samples = madePictures(1, 8, shape, drawnBytes(1))
    expect(samples.map(({ time }) => time / 400_000)).toEqual([0, 2, 1, 3, 4, 6, 5, 7])
    expect(samples.map(({ key }) => key)).toEqual([true, false, false, false, true, false, false, false])
  })

  it('are the same for the same seed', () => {
    const [once, again, other] = [1, 1, 2].map((seed) => madePictures(1, 3, shape, drawnBytes(seed)))
    expect(once).toEqual(again)
    expect(once).not.toEqual(other)
  })
})
