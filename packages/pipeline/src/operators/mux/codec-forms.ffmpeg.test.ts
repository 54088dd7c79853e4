import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { describeAsf } from '../../asf/describe/describe-asf'
import { readGood } from '../../asf/testing/read-whole'
import { configuredBySample } from '../../codec/ac3/configured-by-sample'
import { inspectMp4 } from '../../isobmff/read/inspect-mp4'
import { encodeTrack, PICTURES, SOUND, type EncodedTrack } from '../../isobmff/testing/encoded-track'
import { ffmpeg, ffprobePipe } from '../../isobmff/testing/ffmpeg-run'
import { fileOf } from '../../isobmff/testing/file-of'
import { memorySource } from '../../isobmff/testing/memory-source'
import { ffmpegPackets, hashOf, mediabunnyPackets } from '../../isobmff/testing/read-packets'
import type { Mp4Track } from '../../isobmff/write/mp4-track'
import type { TrackDescription } from '../../media/media-description'
import { cmafCodec, hasCmafForm } from './cmaf-codec'

const LONG = 30_000
const UNITS_PER_SECOND = 10_000_000
/** 2048 samples of 48 kHz. */
const BLOCK = 426_667

const described = async (file: Uint8Array): Promise<TrackDescription> => {
  const report = await inspectMp4(memorySource(file))()
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  const [track] = report.right.description.tracks
  if (track === undefined) throw new Error('no track')
  return track
}

const header = (track: TrackDescription): Mp4Track => {
  const { sampleEntry, timescale, video } = cmafCodec(track)
  return {
    trackId: 1,
    kind: track.kind === 'video' ? 'video' : 'audio',
    timescale,
    sampleEntry,
    ...(video && { video }),
    ...(track.audio && { audio: track.audio }),
    ...(track.language !== undefined && { language: track.language }),
    pssh: [],
  }
}

const scaled = (value: number, of: Pick<EncodedTrack, 'timescale'>, timescale: number): number => Math.round((value * timescale) / of.timescale)

const written = (track: TrackDescription, of: Pick<EncodedTrack, 'timescale' | 'samples'>): Uint8Array => {
  const file = header(track)
  const fragment = {
    sequence: 1,
    trackId: 1,
    baseDecodeTime: Math.max(0, scaled(of.samples[0]?.dts ?? 0, of, file.timescale)),
    durations: of.samples.map(({ duration }) => scaled(duration, of, file.timescale)),
    compositionOffsets: of.samples.map(({ cts, dts }) => scaled(cts - dts, of, file.timescale)),
    sync: of.samples.map(({ key }) => Number(key)),
  }
  return fileOf(file, [{ fragment, samples: of.samples.map(({ bytes }) => bytes) }])
}

interface Probe {
  readonly streams: ReadonlyArray<Readonly<Record<string, unknown>>>
}

const probed = (file: Uint8Array): Readonly<Record<string, unknown>> | undefined => {
  const fields = 'stream=codec_name,codec_tag_string,extradata_hash,width,height,channels,sample_rate'
  return (ffprobePipe(file, '-show_data_hash', 'md5', '-show_entries', fields) as Probe).streams[0]
}

/** Encoders of FFmpeg, and what their tracks are called and declared as. */
const CODECS: ReadonlyArray<readonly [encoder: ReadonlyArray<string>, codec: string, codecs: RegExp]> = [
  [['libx264', '-bf', '2', '-pix_fmt', 'yuv420p'], 'h264', /^avc1\.64[0-9a-f]{4}$/],
  [['aac'], 'aac', /^mp4a\.40\.2$/],
  [['libmp3lame'], 'mp3', /^mp4a\.6B$/],
  [['ac3'], 'ac3', /^ac-3$/],
  [['eac3'], 'eac3', /^ec-3$/],
  [['libopus'], 'opus', /^Opus$/],
  [['flac'], 'flac', /^fLaC$/],
]

whenInstalled('ffmpeg').describe('the form of a codec in MP4', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-codecs-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(CODECS)(
    '%j: what we write is what FFmpeg wrote, and reads back the same',
    async ([name = '', ...options], codec, codecs) => {
      const source = codec === 'h264' ? PICTURES : SOUND
      const of = encodeTrack(folder, `${codec}.mp4`, ...source, codec === 'h264' ? '-c:v' : '-c:a', name, ...options, '-metadata:s:0', 'language=fra')
      const original = readFileSync(of.path)
      const track = await described(original)
      expect(track).toMatchObject({ codec, encrypted: false, language: 'fra' })
      if (of.extradata.length > 0) expect(Buffer.from(track.codecPrivate)).toEqual(Buffer.from(of.extradata))
      expect(hasCmafForm(track)).toBe(true)
      expect(cmafCodec(track).codecs).toMatch(codecs)
      const copy = written(track, of)
      expect(probed(copy)).toEqual(probed(original))
      expect(ffmpegPackets(copy).map(({ hash }) => hash)).toEqual(of.samples.map(({ bytes }) => hashOf(bytes)))
      expect((await mediabunnyPackets(copy)).map(({ hash }) => hash)).toEqual(of.samples.map(({ bytes }) => hashOf(bytes)))
      expect(await described(copy)).toEqual({ ...track, averageFrameTime: expect.any(Number), bitrate: track.bitrate })
    },
    LONG
  )

  it.each([
    ['ac3', 'dac3'],
    ['eac3', 'dec3'],
  ])('%s: the first sample says what FFmpeg writes', async (codec, type) => {
    const of = encodeTrack(folder, `bare-${codec}.mp4`, ...SOUND, '-c:a', codec)
    const file = readFileSync(of.path)
    const at = file.indexOf(type)
    const body = file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4))
    const bare = { ...(await described(file)), codecPrivate: new Uint8Array(), bitrate: 0 }
    expect(hasCmafForm(bare)).toBe(true)
    expect(() => cmafCodec(bare)).toThrow('UnsupportedMedia')
    const found = configuredBySample(bare, of.samples[0]?.bytes ?? new Uint8Array())
    expect(found).toMatchObject(E.right({ codecPrivate: Uint8Array.from(body), bitrate: 192_000 }))
  })

  it.each(['wmav1', 'wmav2'])('%s from ASF: FFmpeg decodes it to the same sound', async (codec) => {
    const path = join(folder, `${codec}.wma`)
    ffmpeg(new Uint8Array(), ...SOUND, '-c:a', codec, '-y', path)
    const { header: asf, receiver } = await readGood(readFileSync(path))
    const [track] = describeAsf(asf).tracks
    if (track === undefined) throw new Error('no track')
    const samples = receiver.samples.map(({ bytes, time }) => ({ bytes, dts: time, cts: time, duration: BLOCK, key: true }))
    const file = written(track, { timescale: UNITS_PER_SECOND, samples })
    expect(probed(file)).toMatchObject({ codec_name: codec, channels: 2, sample_rate: '48000' })
    const decoded = (bytes: Uint8Array): Buffer => ffmpeg(bytes, '-i', '-', '-f', 's16le', '-')
    expect(decoded(file).length).toBeGreaterThan(300_000)
    expect(decoded(file).equals(decoded(readFileSync(path)))).toBe(true)
    const back = await described(file)
    const { averageFrameTime, ...same } = track
    expect(back).toMatchObject({ ...same, codecPrivate: Uint8Array.from(track.codecPrivate), bitrate: expect.any(Number) })
    expect(averageFrameTime).toBe(0)
  })
})

const nothing: TrackDescription = {
  number: 4,
  kind: 'video',
  codec: 'wmv2',
  codecPrivate: Uint8Array.of(1, 2, 3, 4),
  encrypted: false,
  bitrate: 0,
  averageFrameTime: 0,
}

describe('a codec without a form in MP4', () => {
  it.each(['wmv1', 'wmv2', 'wmv3', 'MSS2', 'vc1', 'flac', 'opus', 'ac3', 'eac3', 'wmav2', 'aac'])('%s is refused by name', (codec) => {
    const track = { ...nothing, kind: ['wmv1', 'wmv2', 'wmv3', 'MSS2', 'vc1'].includes(codec) ? ('video' as const) : ('audio' as const), codec }
    expect(hasCmafForm(track)).toBe(false)
    expect(() => cmafCodec(track)).toThrow(expect.objectContaining({ fault: expect.objectContaining({ type: 'UnsupportedMedia' }) }))
  })
})
