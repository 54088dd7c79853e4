import { createHash, createSecretKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { commonEncryption } from '../../cipher/common-encryption/common-encryption'
import type { ByteSource } from '../../io/byte-source'
import { openFileSource } from '../../io/file-source'
import { collectingMp4Receiver, type CollectedSample } from '../testing/collecting-mp4-receiver'
import { ffmpeg, ffprobe } from '../testing/ffmpeg-run'
import { encodeTrack, PICTURES, SOUND } from '../testing/encoded-track'
import { memorySource } from '../testing/memory-source'
import { boxAt, mp4boxBoxes } from '../testing/mp4box-boxes'
import { ffmpegPackets } from '../testing/read-packets'
import { demuxMp4 } from './demux-mp4'

const KEY = '00112233445566778899aabbccddeeff'
const KEY_ID = '0102030405060708090a0b0c0d0e0f10'
const ASF = join(__dirname, '../../../../../test/fixtures/asf/h264-aac.asf')
const STEP = 4099

/** Flags of FFmpeg's muxer for each kind of file. */
const KINDS: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ['with its header in front', ['-movflags', '+faststart']],
  ['fragmented at key frames', ['-movflags', '+frag_keyframe+empty_moov+default_base_moof']],
  ['fragmented, its offsets counted from the first box', ['-movflags', '+frag_keyframe+empty_moov', '-frag_duration', '300000']],
  ['fragmented, each track in fragments of its own', ['-movflags', '+frag_keyframe+empty_moov+separate_moof']],
  ['with samples of the header and fragments behind', ['-movflags', '+frag_keyframe']],
]

interface Packet {
  readonly stream_index: number
  readonly pts: number
  readonly dts: number
  readonly duration: number
  readonly size: string
  readonly flags: string
  readonly data_hash: string
}
interface Probe {
  readonly streams: ReadonlyArray<{ readonly id: string }>
  readonly packets: ReadonlyArray<Packet>
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface EditList {
  readonly entries: ReadonlyArray<{ readonly segment_duration: number; readonly media_time: number }>
}

/** What the edit list of each track takes off, as mp4box reads it. */
const trims = (path: string): ReadonlyArray<number> =>
  (boxAt(mp4boxBoxes(readFileSync(path)), 'moov').boxes ?? [])
    .filter(({ type }) => type === 'trak')
    .map((trak) => {
      const [edit, ...more] = (trak.boxes?.find(({ type }) => type === 'edts')?.boxes?.[0] as EditList | undefined)?.entries ?? []
      expect(more).toEqual([])
      return edit?.media_time ?? 0
    })

/** FFmpeg itself moves an edit to the next sample. */
const probed = (path: string, ...more: ReadonlyArray<string>) => {
  const trimmed = trims(path)
  const args = ['-ignore_editlist', '1', ...more, '-show_streams', '-show_packets', '-show_data_hash', 'sha256', path]
  const { streams, packets } = ffprobe(...args) as Probe
  return streams.map(({ id }, index) => ({
    track: Number(id),
    samples: packets
      .filter(({ stream_index }) => stream_index === index)
      .map(({ pts, dts, size, flags, data_hash }) => ({
        pts: pts - (trimmed[index] ?? 0),
        dts: dts - (trimmed[index] ?? 0),
        size: Number(size),
        key: flags.startsWith('K'),
        hash: data_hash.slice(7),
      })),
  }))
}

const opened = ({ bytes, protection }: CollectedSample): Uint8Array => {
  if (protection === undefined) return bytes
  const { scheme, keyId, ...how } = protection
  expect(keyId).toBe(KEY_ID)
  const sample = bytes.slice()
  commonEncryption(scheme, createSecretKey(Buffer.from(KEY, 'hex'))).decrypt(sample, how)
  return sample
}

const own = (path: string) => ownOf(memorySource(new Uint8Array(readFileSync(path)), STEP))

const ownOf = async (source: ByteSource) => {
  const receiver = collectingMp4Receiver()
  const report = await demuxMp4(source, receiver)()
  if (E.isLeft(report)) throw new Error(JSON.stringify(report.left))
  const tracks = [...new Set(receiver.samples.map(({ track }) => track))].sort((one, other) => one - other)
  return tracks.map((track) => ({
    track,
    samples: receiver.samples
      .filter((sample) => sample.track === track)
      .map((sample) => ({
        pts: sample.decodeTime + sample.composition,
        dts: sample.decodeTime,
        size: sample.size,
        key: sample.key,
        hash: hashOf(opened(sample)),
      })),
  }))
}

whenInstalled('ffmpeg').describe('the samples of MP4 files, against FFmpeg', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-mp4-'))
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  const made = (name: string, ...args: ReadonlyArray<string>): string => {
    const path = join(folder, `${name}.mp4`)
    ffmpeg(new Uint8Array(), '-y', '-i', ASF, '-map', '0', '-c', 'copy', ...args, path)
    return path
  }

  it.each(KINDS)('are the same in a file %s', async (name, flags) => {
    const path = made(name, ...flags)
    const expected = probed(path)
    expect(expected.every(({ samples }) => samples.length > 10)).toBe(true)
    expect(await own(path)).toEqual(expected)
  })

  it('open as FFmpeg opens them, in a file that it protected', async () => {
    const key = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', KEY, '-encryption_kid', KEY_ID]
    const path = made('protected', '-movflags', '+faststart', ...key)
    const expected = probed(path, '-decryption_key', KEY)
    expect(await own(path)).toEqual(expected)
    expect(await own(path)).toEqual(probed(made('clear', '-movflags', '+faststart')))
  })

  it.each([
    ['pictures that are shown later than decoded', [...PICTURES, '-c:v', 'libx264', '-bf', '2', '-pix_fmt', 'yuv420p']],
    ['sound with samples to be trimmed', [...SOUND, '-c:a', 'aac']],
  ])('have the times of the presentation: %s', async (_, args) => {
    const { path, timescale } = encodeTrack(folder, 'edited.mp4', ...args, '-movflags', '+faststart')
    const [track] = await own(path)
    const seconds = (ticks: number): number => Math.round((ticks / timescale) * 1e6) / 1e6
    const times = ffmpegPackets(readFileSync(path)).map((packet) => packet.seconds)
    expect(times.some((time) => time < 0) || args.includes('libx264')).toBe(true)
    expect(track?.samples.map(({ pts }) => seconds(pts))).toEqual(times)
  })

  it('are the same where they lie before their header, in a source that can be asked by place', async () => {
    const path = made('seekable')
    const source = await openFileSource(path)()
    if (E.isLeft(source)) throw new Error(JSON.stringify(source.left))
    expect(await ownOf(source.right)).toEqual(probed(path))
    await source.right.close()()
  })

  it('are refused where they lie before their header and the source is read in order, with the place', async () => {
    const receiver = collectingMp4Receiver()
    const report = await demuxMp4(memorySource(new Uint8Array(readFileSync(made('behind'))), STEP), receiver)()
    expect(report).toMatchObject(E.left({ type: 'UnsupportedMedia', at: expect.any(Number) }))
    expect(receiver.samples).toEqual([])
  })
})
