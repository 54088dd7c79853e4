import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { ffmpeg, ffprobe } from '../isobmff/testing/ffmpeg-run'
import { boxAt, mp4boxBoxes } from '../isobmff/testing/mp4box-boxes'
import { mp4boxSamples } from '../isobmff/testing/mp4box-samples'
import { buildHls } from './build-hls'
import { buildMpd } from './build-mpd'
import type { Presentation, PresentationTrack } from './presentation'

/** Fragmented files by ffmpeg; where their segments stand is told by mp4box.js. */
const rangesOf = (path: string): Pick<PresentationTrack, 'timescale' | 'init' | 'segments'> => {
  const bytes = readFileSync(path)
  const boxes = mp4boxBoxes(bytes)
  const samples = mp4boxSamples(bytes, 1)
  const moofs = boxes.filter(({ type }) => type === 'moof')
  const [first] = moofs
  if (first === undefined) throw new Error('no fragments')
  const segments = moofs.map(({ start }, index) => {
    const next = moofs[index + 1]?.start
    const mdat = boxes.find((box) => box.type === 'mdat' && box.start > start)
    const end = next ?? (mdat?.start ?? 0) + (mdat?.size ?? 0)
    const own = samples.filter(({ offset }) => offset > start && offset < end)
    const duration = own.reduce((sum, sample) => sum + sample.duration, 0)
    return { offset: start, size: end - start, start: own[0]?.dts ?? 0, duration }
  })
  const timescale = Number(boxAt(boxes, 'moov', 'trak', 'mdia', 'mdhd')['timescale'])
  return { timescale, init: { offset: 0, size: first.start }, segments }
}

interface Probe {
  readonly packets: ReadonlyArray<{ readonly codec_type: string; readonly data_hash: string }>
}

const hashes = (path: string, kind: 'video' | 'audio'): ReadonlyArray<string> => {
  const entries = ['-show_data_hash', 'md5', '-show_entries', 'packet=codec_type,data_hash']
  const { packets } = ffprobe(...entries, path) as Probe
  return packets.filter(({ codec_type }) => codec_type === kind).map(({ data_hash }) => data_hash)
}

whenInstalled('ffmpeg').describe('manifests, read by ffmpeg', () => {
  let folder = ''
  const at = (name: string): string => join(folder, name)

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'custody-manifest-'))
    const fragments = ['-movflags', '+empty_moov+frag_keyframe+default_base_moof', '-y']
    const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=4']
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=4']
    const h264 = ['-c:v', 'libx264', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p']
    ffmpeg(new Uint8Array(0), ...picture, ...h264, ...fragments, at('picture.mp4'))
    ffmpeg(new Uint8Array(0), ...tone, '-c:a', 'aac', '-frag_duration', '1000000', ...fragments, at('sound.mp4'))
    const presentation: Presentation = {
      duration: 4,
      tracks: [
        {
          file: 'picture.mp4',
          kind: 'video',
          mime: 'video/mp4',
          codecs: 'avc1.64000d',
          bitrate: 0,
          video: { width: 320, height: 180 },
          ...rangesOf(at('picture.mp4')),
        },
        {
          file: 'sound.mp4',
          kind: 'audio',
          mime: 'audio/mp4',
          codecs: 'mp4a.40.2',
          bitrate: 0,
          audio: { channels: 1, sampleRate: 48_000 },
          ...rangesOf(at('sound.mp4')),
        },
      ],
    }
    writeFileSync(at('m.mpd'), buildMpd(presentation))
    const { master, media } = buildHls(presentation)
    writeFileSync(at('master.m3u8'), master)
    for (const { name, text } of media) writeFileSync(at(name), text)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(['m.mpd', 'master.m3u8'])('%s: every packet of both tracks', (manifest) => {
    expect(hashes(at(manifest), 'video')).toEqual(hashes(at('picture.mp4'), 'video'))
    expect(hashes(at(manifest), 'audio')).toEqual(hashes(at('sound.mp4'), 'audio'))
    expect(hashes(at(manifest), 'video').length).toBe(100)
  })
})
