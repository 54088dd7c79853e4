import * as E from 'fp-ts/Either'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { corpusFolder, whenInstalled } from '../../../../../test/gate/when-installed'
import type { MediaReport } from '../../media/media-report'
import { ffmpeg, ffprobe, ffprobePipe } from '../testing/ffmpeg-run'
import { memorySource } from '../testing/memory-source'
import { inspectMp4 } from './inspect-mp4'
import { readSchm, readTenc } from './protection-boxes'

const reportOf = async (path: string): Promise<MediaReport> => {
  const report = await inspectMp4(memorySource(readFileSync(path)))()
  if (E.isLeft(report)) throw new Error(`${path}: ${JSON.stringify(report.left)}`)
  return report.right
}

interface Probe {
  readonly streams: ReadonlyArray<{ readonly id: string; readonly codec_name: string; readonly extradata?: string }>
  readonly packets: ReadonlyArray<{ readonly stream_index: number; readonly size: string; readonly flags: string }>
}

interface Count {
  readonly number: number
  readonly codec: string
  readonly samples: number
  readonly bytes: number
  readonly keyFrames: number
}

/** Counts of ffmpeg's demuxer, by track ID; it drops what an edit list cuts, so edit lists are left aside. */
const ENTRIES = ['-ignore_editlist', '1', '-show_entries', 'packet=stream_index,size,flags:stream=id,codec_name']

const countsOf = ({ streams, packets }: Probe): ReadonlyArray<Count> =>
  streams.map(({ id, codec_name }, index) => {
    const own = packets.filter(({ stream_index }) => stream_index === index)
    return {
      number: Number(id),
      codec: codec_name,
      samples: own.length,
      bytes: own.reduce((sum, { size }) => sum + Number(size), 0),
      keyFrames: own.filter(({ flags }) => flags.startsWith('K')).length,
    }
  })

const ownCounts = ({ counts, description }: MediaReport): ReadonlyArray<Count> =>
  counts.map(({ number, samples, bytes, keyFrames }) => {
    const codec = description.tracks.find((track) => track.number === number)?.codec ?? ''
    return { number, codec, samples, bytes, keyFrames }
  })

whenInstalled('ffmpeg').describe('files by ffmpeg', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-inspect-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=2']
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=2']
  const codecs = ['-c:v', 'libx264', '-g', '10', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-ac', '2']

  it.each<readonly [string, ReadonlyArray<string>]>([
    ['progressive.mp4', []],
    ['faststart.mp4', ['-movflags', '+faststart']],
    ['fragmented.mp4', ['-movflags', '+empty_moov+frag_keyframe+default_base_moof']],
    ['cmaf.mp4', ['-movflags', '+cmaf+frag_keyframe']],
    ['hybrid.mp4', ['-movflags', '+frag_keyframe']],
    ['quicktime.mov', []],
    ['mp3.mp4', ['-c:a', 'libmp3lame']],
    ['flac.mp4', ['-c:a', 'flac', '-strict', '-2']],
  ])('%s: ffprobe counts the same', async (name, options) => {
    const path = join(folder, name)
    ffmpeg(new Uint8Array(0), ...picture, ...tone, ...codecs, ...options, '-y', path)
    const report = await reportOf(path)
    expect(ownCounts(report)).toEqual(countsOf(ffprobe(...ENTRIES, path) as Probe))
    expect(report.description.tracks).toMatchObject([
      { kind: 'video', video: { width: 320, height: 180 }, averageFrameTime: 400_000 },
      { kind: 'audio', audio: { sampleRate: 48_000 } },
    ])
    expect(Math.abs(report.duration - 20_000_000)).toBeLessThan(1_000_000)
    expect(report.warnings).toEqual([])
  })

  it('pcm.mov: the bytes are those of ffprobe, which joins samples to packets', async () => {
    const path = join(folder, 'pcm.mov')
    ffmpeg(new Uint8Array(0), ...picture, ...tone, ...codecs, '-c:a', 'pcm_s16le', '-y', path)
    const [, audio] = ownCounts(await reportOf(path))
    expect(audio).toMatchObject({ codec: 'sowt', samples: 96_000 })
    expect(audio?.bytes).toBe(countsOf(ffprobe(...ENTRIES, path) as Probe)[1]?.bytes)
  })

  it('gives the codec private data that ffprobe gives', async () => {
    const path = join(folder, 'private.mp4')
    ffmpeg(new Uint8Array(0), ...picture, ...tone, ...codecs, '-y', path)
    const { streams } = ffprobe('-show_data', '-show_entries', 'stream=id,codec_name,extradata', path) as Probe
    // A dump: offset, then up to eight groups of hex, then the same as text.
    const hexOf = (dump = ''): string =>
      [...dump.matchAll(/^[0-9a-f]{8}: ((?:[0-9a-f]{2,4} )+)/gm)].map(([, hex = '']) => hex.replaceAll(' ', '')).join('')
    const { description } = await reportOf(path)
    expect(description.tracks.map(({ codecPrivate }) => Buffer.from(codecPrivate).toString('hex'))).toEqual(
      streams.map(({ extradata }) => hexOf(extradata))
    )
  })
})

whenInstalled('corpus').describe('files by other packagers', () => {
  interface Vector {
    readonly id: string
    readonly files: ReadonlyArray<{ readonly path: string }>
    readonly keys: Readonly<Record<string, string>>
    /** Absent where the file cannot be decrypted. */
    readonly tracks?: Readonly<Record<string, { readonly samples: number }>>
  }
  const root = join(corpusFolder() ?? '', 'thirdparty')
  const manifest = corpusFolder() === undefined ? '{"vectors":[]}' : readFileSync(join(root, 'manifest.json'), 'utf8')
  const { vectors } = JSON.parse(manifest) as { readonly vectors: ReadonlyArray<Vector> }
  const single = vectors.flatMap(({ id, files, keys, tracks }) => {
    const [file] = files
    const isOne = file !== undefined && files.length === 1 && file.path.endsWith('.mp4')
    return isOne && tracks !== undefined ? [{ id, keys, tracks, path: file.path }] : []
  })

  it('has files of one piece', () => {
    expect(single.length).toBeGreaterThan(5)
  })

  it.each(single)('$id: scheme, key IDs and counts', async ({ path, keys, tracks }) => {
    const report = await reportOf(join(root, path))
    const { protection } = report.description
    const counts = Object.fromEntries(report.counts.map(({ number, samples }) => [number, samples]))
    expect(counts).toMatchObject(Object.fromEntries(Object.entries(tracks).map(([id, { samples }]) => [id, samples])))
    const keyIds = protection.flatMap(({ kind, data }) => {
      const tenc = kind === 'tenc' ? readTenc(data) : undefined
      return tenc !== undefined && E.isRight(tenc) ? [tenc.right.keyId] : []
    })
    for (const keyId of keyIds) expect(Object.keys(keys)).toContain(keyId)
    expect(keyIds.length).toBeGreaterThan(0)
    const schemes = protection.filter(({ kind }) => kind === 'schm').map(({ data }) => readSchm(data))
    const expected = /cbcs|cens|piff|cbc1/.exec(path)?.[0] ?? 'cenc'
    for (const scheme of schemes) expect(scheme).toEqual(E.right(expected))
    expect(report.warnings).toEqual([])
  })

  whenInstalled('ffmpeg').describe('counted by ffprobe too', () => {
    it.each(single)('$id', async ({ path }) => {
      const report = await reportOf(join(root, path))
      const bytes = readFileSync(join(root, path))
      expect(ownCounts(report)).toEqual(countsOf(ffprobePipe(bytes, ...ENTRIES) as Probe))
    })
  })
})
