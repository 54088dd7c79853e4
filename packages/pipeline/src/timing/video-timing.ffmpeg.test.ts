import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { whenInstalled } from '../../../../test/gate/when-installed'
import type { Picture } from './testing/assign-batches'
import { assignBatches } from './testing/assign-batches'
import { createVideoTiming } from './video-timing'

const run = promisify(execFile)
const MS = 10_000
const SECONDS = 4

interface Packet {
  /** Units of 100 ns, not rounded. */
  readonly pts: number
  readonly dts: number
  readonly key: boolean
}

/** IDR pictures only: an I picture of an open group is marked as a key in MP4 too, but its leading pictures precede it. */
const isIdr = (packets: ReadonlyArray<Packet>, index: number): boolean => {
  const packet = packets[index]
  if (packet?.key !== true) return false
  return packets.slice(index + 1).every(({ pts }) => pts > packet.pts)
}

/** Counts picture order as libx264 does, twice the rank within the IDR period, from the times of showing alone. */
const orderCounts = (packets: ReadonlyArray<Packet>): ReadonlyArray<{ readonly order: number; readonly idr: boolean }> => {
  const starts = packets.flatMap((_, index) => (isIdr(packets, index) ? [index] : []))
  return starts.flatMap((start, nth) => {
    const period = packets.slice(start, starts[nth + 1])
    const ascending = period.map(({ pts }) => pts).sort((a, b) => a - b)
    return period.map(({ pts }, index) => ({ order: 2 * ascending.indexOf(pts), idr: index === 0 }))
  })
}

/** Decode times of the same packets copied to ASF, in units of 100 ns. */
const copiedToAsf = async (path: string): Promise<ReadonlyArray<number>> => {
  await run('ffmpeg', ['-v', 'error', '-i', path, '-c', 'copy', '-y', `${path}.asf`])
  // Its parser would make two packets of one where a picture begins with a short SEI message.
  const raw = ['-fflags', '+noparse', '-show_entries', 'packet=dts', '-of', 'json']
  const probe = await run('ffprobe', ['-v', 'error', ...raw, `${path}.asf`])
  const { packets } = JSON.parse(probe.stdout) as { packets: ReadonlyArray<{ dts: number }> }
  return packets.map(({ dts }) => dts * MS)
}

interface Encoded {
  readonly packets: ReadonlyArray<Packet>
  readonly asfTimes: ReadonlyArray<number>
}

const encode = async (rate: string, options: ReadonlyArray<string>, filter: string): Promise<Encoded> => {
  const folder = await mkdtemp(join(tmpdir(), 'custody-timing-'))
  try {
    const path = join(folder, 'video.mp4')
    const source = `testsrc2=size=128x96:rate=${rate}:duration=${SECONDS}`
    await run('ffmpeg', [
      ...['-v', 'error', '-f', 'lavfi', '-i', source, '-vf', filter, '-threads', '1', '-c:v', 'libx264'],
      ...['-preset', 'veryfast', ...options, '-fps_mode', 'passthrough', '-y', path],
    ])
    const fields = 'stream=time_base:packet=pts,dts,flags'
    const probe = await run('ffprobe', ['-v', 'error', '-show_entries', fields, '-of', 'json', path])
    const { packets, streams } = JSON.parse(probe.stdout) as {
      packets: ReadonlyArray<{ pts: number; dts: number; flags: string }>
      streams: ReadonlyArray<{ time_base: string }>
    }
    const [, scale = '1'] = (streams[0]?.time_base ?? '').split('/')
    const units = (ticks: number): number => (ticks * 10_000_000) / Number(scale)
    return {
      packets: packets.map(({ pts, dts, flags }) => ({ pts: units(pts), dts: units(dts), key: flags.startsWith('K') })),
      asfTimes: await copiedToAsf(path),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const toMilliseconds = (time: number): number => Math.round(time / MS) * MS

/** As a file with one time for each picture has them; FFmpeg moves all so that the first is 0. */
const written = (packets: ReadonlyArray<Packet>, which: 'dts' | 'pts'): Picture[] => {
  const first = packets[0]?.[which] ?? 0
  return orderCounts(packets).map((picture, index) => ({
    ...picture,
    fileTime: toMilliseconds((packets[index]?.[which] ?? 0) - first),
  }))
}

const ranksOf = (times: ReadonlyArray<number>): ReadonlyArray<number> => {
  const ascending = [...times].sort((a, b) => a - b)
  return times.map((time) => ascending.indexOf(time))
}

const farthest = (times: ReadonlyArray<number>, wanted: ReadonlyArray<number>): number => {
  const shift = (times[0] ?? 0) - (wanted[0] ?? 0)
  return Math.max(...times.map((time, index) => Math.abs(time - (wanted[index] ?? 0) - shift)))
}

/** Two roundings to a unit. */
const EXACT = 1
const CUTS = [1, 2, 3, 31, 32, 50, 77]

const plain = (most: number, group: number): string[] =>
  ['-bf', String(most), '-b_strategy', '0', '-x264-params', 'b-pyramid=none', '-g', String(group)]
const pyramid = (most: number, group: number, more = ''): string[] =>
  ['-bf', String(most), '-b_strategy', '0', '-x264-params', `b-pyramid=normal${more}`, '-g', String(group)]

/** Name, rate, pictures decoded before the first is shown, length of a picture as ASF states it, options. */
const STREAMS: ReadonlyArray<readonly [string, string, number, string, ReadonlyArray<string>]> = [
  ['without B pictures at 25', '25', 0, '400000', plain(0, 30)],
  ['with 2 B pictures at 29.97', '30000/1001', 1, '333667', plain(2, 30)],
  ['with 3 B pictures at 23.976', '24000/1001', 1, '417083', plain(3, 24)],
  ['with a pyramid of 3 at 25', '25', 2, '400000', pyramid(3, 30)],
  ['with a pyramid of 5 at 60', '60', 2, '166667', pyramid(5, 50)],
  ['with adaptive B pictures at 29.97', '30000/1001', 2, '333667', ['-bf', '5', '-g', '40']],
  ['with open groups at 25', '25', 2, '400000', pyramid(3, 20, ':open-gop=1')],
]

const { describe: describeGated } = whenInstalled('ffmpeg')

describeGated('streams of libx264', () => {
  describe.each(STREAMS)('%s', (_, rate, depth, average, options) => {
    let packets: ReadonlyArray<Packet> = []
    let asfTimes: ReadonlyArray<number> = []
    beforeAll(async () => {
      ;({ packets, asfTimes } = await encode(rate, options, 'null'))
    }, 60_000)

    it('are what their name says', () => {
      const groups = packets.filter(({ key }) => key).length
      const idrs = packets.filter((__, index) => isIdr(packets, index)).length
      expect(groups).toBeGreaterThan(1)
      expect(idrs < groups).toBe(options.some((option) => option.includes('open-gop')))
    })

    it('get their times back from the ASF file that FFmpeg makes of them', () => {
      const pictures = orderCounts(packets).map((picture, index) => ({ ...picture, fileTime: asfTimes[index] ?? 0 }))
      expect(asfTimes).toHaveLength(packets.length)
      const times = assignBatches(createVideoTiming({ averageFrameTime: Number(average) }), pictures, [60])
      expect(farthest(times.presentation, packets.map(({ pts }) => pts))).toBeLessThanOrEqual(EXACT)
      expect(times.decode[0]).toBe(asfTimes[0])
    })

    it.each(['dts', 'pts'] as const)('get their times back from %s in milliseconds', (which) => {
      const pictures = written(packets, which)
      const shown = packets.map(({ pts }) => pts)
      const decoded = packets.map(({ dts }) => dts)
      for (const known of [{ averageFrameTime: Number(average) }, { averageFrameTime: 0 }]) {
        for (const stated of [{}, { reorder: depth }]) {
          const timing = createVideoTiming({ ...known, ...stated })
          const times = assignBatches(timing, pictures)
          expect(ranksOf(times.presentation)).toEqual(ranksOf(shown))
          expect(farthest(times.presentation, shown)).toBeLessThanOrEqual(EXACT)
          expect(farthest(times.decode, decoded)).toBeLessThanOrEqual(EXACT)
          expect(times.presentation[0]).toBe(times.decode[0])
          expect(timing.timesAre()).toBe(depth === 0 ? 'unknown' : which === 'dts' ? 'decode' : 'presentation')
          const delay = which === 'pts' ? 0 : shown[0]! - decoded[0]!
          expect(Math.abs(timing.reorderDelay() - delay)).toBeLessThanOrEqual(EXACT)
          // Without a stated rate the first batch alone cannot tell 23.976 from 24.
          if (known.averageFrameTime > 0) {
            expect(assignBatches(createVideoTiming({ ...known, ...stated }), pictures, CUTS)).toEqual(times)
          }
        }
      }
    })
  })

  it('of a variable rate get their times back within two milliseconds', async () => {
    // every seventh picture is missing and the distances vary: no grid
    const filter = "settb=1/90000,select='mod(n,7)',setpts='PTS+0.012*sin(N*N)/TB'"
    const fine = ['-enc_time_base', '1:90000', '-video_track_timescale', '90000']
    const { packets } = await encode('25', [...pyramid(3, 30), ...fine], filter)
    const shown = packets.map(({ pts }) => pts)
    const fromDecode = assignBatches(createVideoTiming({ averageFrameTime: 400_000 }), written(packets, 'dts'))
    expect(ranksOf(fromDecode.presentation)).toEqual(ranksOf(shown))
    // The times of the last ones lie beyond the last decode time and are not in such a file.
    const known = [...shown].sort((a, b) => a - b).slice(0, -2)
    const inFile = shown.flatMap((time, index) => (known.includes(time) ? [index] : []))
    const pick = (times: ReadonlyArray<number>): number[] => inFile.map((index) => times[index] ?? 0)
    expect(farthest(pick(fromDecode.presentation), pick(shown))).toBeLessThanOrEqual(2 * MS)
    const fromShown = assignBatches(createVideoTiming({ averageFrameTime: 400_000 }), written(packets, 'pts'))
    expect(farthest(fromShown.presentation, shown)).toBeLessThanOrEqual(2 * MS)
    expect(ranksOf(fromShown.decode)).toEqual(packets.map((_, index) => index))
  }, 60_000)
})
