import { lastValueFrom, map, toArray } from 'rxjs'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { openBatch } from '../batch/batch-inside'
import type { Content } from '../batch/state'
import { readingSink } from '../batch/testing/read-batch'
import { sampleSource } from '../batch/testing/sample-source'
import { createHevcConverter } from '../codec/hevc/hevc-converter'
import { convertedStream } from '../codec/testing/converted-stream'
import { encodeVideo, H265 } from '../codec/testing/encoded-video'
import { createPool } from '../lease/pool'
import { runPipeline } from '../lease/run-pipeline'
import { stage } from '../lease/stage'
import type { TrackDescription } from '../media/media-description'
import { restoreTimes } from './restore-times'
import { statedPictures } from './stated-pictures'

const PICTURE = 400_000
/** What FFmpeg chooses for 25 pictures a second. */
const TICKS = 12_800

const trackOf = (codecPrivate: Uint8Array): TrackDescription => ({
  number: 1,
  kind: 'video',
  codec: 'hevc',
  codecPrivate,
  averageFrameTime: 0,
  encrypted: false,
  bitrate: 0,
  video: { width: 96, height: 80 },
})

const x265 = (settings: string): ReadonlyArray<string> => ['-x265-params', `log-level=none:${settings}`]

const SETTINGS = [
  ['no B pictures', x265('bframes=0'), 0],
  ['three B pictures', x265('bframes=3:b-adapt=0:b-pyramid=0'), 1],
  ['a pyramid', x265('bframes=7:b-adapt=0:b-pyramid=1'), 2],
  ['open groups', x265('open-gop=1:keyint=8:min-keyint=8:scenecut=0:bframes=3'), 2],
  ['leading pictures', x265('open-gop=0:radl=2:keyint=10:min-keyint=10:scenecut=0:bframes=3'), 2],
] as const

describe('statedPictures', () => {
  it('says nothing of pictures without an order, and only what the container knows without a record', () => {
    expect(statedPictures({ ...trackOf(new Uint8Array()), codec: 'wmv3' })).toBeUndefined()
    expect(statedPictures({ ...trackOf(Uint8Array.of(1, 2)), averageFrameTime: 7 })).toEqual({ averageFrameTime: 7 })
  })
})

whenInstalled('ffmpeg').describe('times of H.265 from its picture order', () => {
  it.each(SETTINGS)(
    'are those of x265 with %s, where the file has decode times',
    async (_, options, reorder) => {
      const video = encodeVideo(options, '96x80', 24, H265)
      const track = trackOf(video.record)
      expect(statedPictures(track)).toMatchObject({ frameDuration: PICTURE, reorder })
      const pictures = convertedStream(createHevcConverter(video.record), video.samples.map(({ bytes }) => bytes))
      const given = video.samples.map(({ bytes }, index) => ({ bytes, time: index * PICTURE }))
      let row = 0
      const noted = stage<Content, Content>('note-pictures', { holds: 1 }, (source) =>
        source.pipe(
          map((batch) => {
            const { columns, count } = openBatch(batch)
            for (let index = 0; index < count; index += 1, row += 1) {
              columns.pictureOrder[index] = pictures[row]?.pictureOrder ?? Number.NaN
              columns.sequenceStart[index] = pictures[row]?.startsSequence === true ? 1 : 0
            }
            return batch
          })
        )
      )
      const pool = createPool({ batchBytes: 512 * 1024 })
      const source = sampleSource<Content>(pool, given, { state: 'content', tracks: new Map([[1, track]]) })
      const rows = (await lastValueFrom(runPipeline(pool, source, noted, restoreTimes, readingSink()).pipe(toArray()))).flat()
      const wanted = video.samples.map(({ pts }) => (pts * 10_000_000) / TICKS)
      expect(rows.map(({ time }) => time - (rows[0]?.time ?? 0))).toEqual(wanted.map((time) => time - (wanted[0] ?? 0)))
      expect(rows.map(({ decodeTime }) => decodeTime - (rows[0]?.decodeTime ?? 0))).toEqual(
        rows.map((__, index) => index * PICTURE)
      )
      expect(rows[0]?.time).toBe(rows[0]?.decodeTime)
    },
    60_000
  )
})
