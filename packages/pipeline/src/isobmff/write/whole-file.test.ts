import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { ffmpeg, ffprobe } from '../testing/ffmpeg-run'
import { fileOf } from '../testing/file-of'
import type { FragmentPart } from '../testing/file-of'
import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { mp4boxSamples } from '../testing/mp4box-samples'
import type { ReadSample } from '../testing/mp4box-samples'
import type { Mp4Track } from './mp4-track'

const SAMPLES_A_FRAGMENT = 7

const partsOf = (source: Uint8Array, samples: ReadonlyArray<ReadSample>): ReadonlyArray<FragmentPart> =>
  Array.from({ length: Math.ceil(samples.length / SAMPLES_A_FRAGMENT) }, (_, index) => {
    const some = samples.slice(SAMPLES_A_FRAGMENT * index, SAMPLES_A_FRAGMENT * (index + 1))
    return {
      samples: some.map(({ offset, size }) => source.subarray(offset, offset + size)),
      fragment: {
        sequence: index + 1,
        trackId: 1,
        baseDecodeTime: some[0]?.dts ?? 0,
        durations: some.map(({ duration }) => duration),
        compositionOffsets: some.map(({ cts, dts }) => cts - dts),
        sync: some.map((sample) => Number(sample.is_sync)),
      },
    }
  })

interface Probe {
  readonly packets: ReadonlyArray<Readonly<Record<'pts' | 'dts' | 'duration' | 'size' | 'data_hash' | 'flags', unknown>>>
  readonly streams: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Packets as ffmpeg's demuxer gives them, with hashes of their data and of the codec's configuration. */
const probe = (file: string): Probe =>
  ffprobe(
    '-show_data_hash',
    'md5',
    '-show_entries',
    'packet=pts,dts,duration,size,data_hash,flags:stream=codec_name,extradata_hash,time_base',
    file
  ) as Probe

const mediaTimeOf = (boxes: ReturnType<typeof mp4boxBoxes>): number => {
  const edits = boxAt(boxes, 'moov', 'trak', 'edts', 'elst')['entries'] as ReadonlyArray<{ media_time: number }>
  return edits[0]?.media_time ?? 0
}

whenInstalled('ffmpeg').describe('a whole file, put together from the samples of another', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-isobmff-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const made = (name: string, ...args: ReadonlyArray<string>): string => {
    const path = join(folder, name)
    ffmpeg(new Uint8Array(0), ...args, '-y', path)
    return path
  }

  const rebuilt = (name: string, source: string, track: Omit<Mp4Track, 'trackId' | 'pssh'>): string => {
    const bytes = readFileSync(source)
    const path = join(folder, name)
    writeFileSync(path, fileOf({ ...track, trackId: 1, pssh: [] }, partsOf(bytes, mp4boxSamples(bytes, 1))))
    return path
  }

  it('H.264 with B-frames: ffmpeg reads the same packets at the same times', () => {
    const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=3']
    const source = made('v.mp4', ...picture, '-c:v', 'libx264', '-bf', '3', '-g', '25', '-pix_fmt', 'yuv420p')
    const bytes = readFileSync(source)
    const boxes = mp4boxBoxes(bytes)
    const avcC = boxAt(boxes, 'moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'avc1', 'avcC')
    const timescale = Number(boxAt(boxes, 'moov', 'trak', 'mdia', 'mdhd')['timescale'])
    const copy = rebuilt('v-fragmented.mp4', source, {
      kind: 'video',
      timescale,
      sampleEntry: { type: 'avc1', avcC: bytes.subarray(avcC.start + 8, avcC.start + avcC.size) },
      video: { width: 320, height: 180 },
      edit: { mediaTime: mediaTimeOf(boxes) },
      language: 'en',
    })
    expect(probe(copy)).toEqual(probe(source))
    expect(ffprobe('-show_streams', copy)).toMatchObject({
      streams: [{ codec_name: 'h264', width: 320, height: 180, start_pts: 0, tags: { language: 'eng' } }],
    })
  })

  it('AAC with priming: ffmpeg reads the same packets at the same times', () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100:duration=2']
    const source = made('a.mp4', ...tone, '-c:a', 'aac', '-ac', '2')
    const bytes = readFileSync(source)
    const boxes = mp4boxBoxes(bytes)
    const config = Buffer.from(
      bytes.subarray(bytes.indexOf('esds')) // tag 5 and its length in ffmpeg's four-byte form
    )
    const tag = config.indexOf(Buffer.of(5, 0x80, 0x80, 0x80))
    const copy = rebuilt('a-fragmented.mp4', source, {
      kind: 'audio',
      timescale: 44_100,
      sampleEntry: {
        type: 'mp4a',
        audioSpecificConfig: config.subarray(tag + 5, tag + 5 + (config[tag + 4] ?? 0)),
        bitrate: 128_000,
      },
      audio: { channels: 2, sampleRate: 44_100 },
      edit: { mediaTime: mediaTimeOf(boxes) },
    })
    // The original marks priming and padding to be discarded; fragments have no place to say where the sound ends.
    const packets = (file: string): ReadonlyArray<unknown> =>
      probe(file).packets.map(({ pts, dts, size, data_hash }) => ({ pts, dts, size, data_hash }))
    expect(packets(copy)).toEqual(packets(source))
    expect(packets(copy)[0]).toMatchObject({ pts: -1024 })
    expect(probe(copy).streams).toEqual(probe(source).streams)
    expect(ffprobe('-show_streams', copy)).toMatchObject({
      streams: [{ codec_name: 'aac', profile: 'LC', channels: 2, sample_rate: '44100' }],
    })
  })

  it.each([
    [44_100, 'mp3-1.mp4'],
    [22_050, 'mp3-2.mp4'],
  ])('MP3 at %i Hz: ffmpeg reads the same packets', (sampleRate, name) => {
    const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=${sampleRate}:duration=2`]
    const source = made(name, ...tone, '-c:a', 'libmp3lame', '-ac', '1')
    const copy = rebuilt(`fragmented-${name}`, source, {
      kind: 'audio',
      timescale: sampleRate,
      sampleEntry: { type: 'mp3', bitrate: 64_000 },
      audio: { channels: 1, sampleRate },
    })
    const hashes = (file: string): ReadonlyArray<unknown> => probe(file).packets.map((packet) => packet.data_hash)
    expect(hashes(copy)).toEqual(hashes(source))
    expect(hashes(copy).length).toBeGreaterThan(30)
    expect(ffprobe('-show_streams', copy)).toMatchObject({ streams: [{ codec_name: 'mp3', channels: 1 }] })
  })
})
