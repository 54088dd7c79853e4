import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

import { whenInstalled } from '../../../../test/gate/when-installed'
import { ffmpeg } from '../isobmff/testing/ffmpeg-run'
import { boxAt, mp4boxBoxes } from '../isobmff/testing/mp4box-boxes'
import { mp4boxSamples } from '../isobmff/testing/mp4box-samples'
import { buildMpd } from './build-mpd'
import type { Presentation, PresentationTrack } from './presentation'
import { builtHls } from './testing/built-hls'

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

const TIMEOUT = 30_000

/** Hashes of the packets of both kinds, in order. Not in the foreground: the server runs in this process. */
const hashes = async (place: string): Promise<Readonly<Record<'video' | 'audio', ReadonlyArray<string>>>> => {
  const entries = ['-show_data_hash', 'md5', '-show_entries', 'packet=codec_type,data_hash']
  const options = { timeout: TIMEOUT, killSignal: 'SIGKILL', maxBuffer: 16 * 1024 * 1024 } as const
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', '-of', 'json', ...entries, place], options)
  const { packets } = JSON.parse(stdout) as Probe
  const of = (kind: string): ReadonlyArray<string> =>
    packets.filter(({ codec_type }) => codec_type === kind).map(({ data_hash }) => data_hash)
  return { video: of('video'), audio: of('audio') }
}

/** Serves a folder by whole files and byte ranges: ffmpeg's DASH reader takes ranges over HTTP only. */
const serverOf = (folder: () => string): Server =>
  createServer((request, response) => {
    const bytes = readFileSync(join(folder(), basename(decodeURIComponent(request.url ?? '/'))))
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    if (first === undefined) {
      response.writeHead(200, { 'Content-Length': bytes.length, 'Accept-Ranges': 'bytes' }).end(bytes)
      return
    }
    const end = last === '' || last === undefined ? bytes.length - 1 : Math.min(Number(last), bytes.length - 1)
    const part = bytes.subarray(Number(first), end + 1)
    const range = `bytes ${first}-${end}/${bytes.length}`
    response.writeHead(206, { 'Content-Length': part.length, 'Content-Range': range }).end(part)
  })

whenInstalled('ffmpeg').describe('manifests, read by ffmpeg', () => {
  let folder = ''
  const server = serverOf(() => folder)
  const at = (name: string): string => join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custody-manifest-'))
    const fragments = ['-movflags', '+empty_moov+frag_keyframe+default_base_moof', '-y']
    const picture = ['-f', 'lavfi', '-i', 'testsrc=size=320x180:rate=25:duration=4']
    const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=4']
    const h264 = ['-c:v', 'libx264', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p']
    ffmpeg(new Uint8Array(0), ...picture, ...h264, ...fragments, at('pic ture.mp4'))
    ffmpeg(new Uint8Array(0), ...tone, '-c:a', 'aac', '-frag_duration', '1000000', ...fragments, at('sound.mp4'))
    const presentation: Presentation = {
      duration: 4,
      tracks: [
        {
          file: 'pic ture.mp4',
          kind: 'video',
          mime: 'video/mp4',
          codecs: 'avc1.64000d',
          bitrate: 0,
          video: { width: 320, height: 180 },
          ...rangesOf(at('pic ture.mp4')),
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
    // One track each: ffmpeg's DASH reader ends all tracks with the first that ends.
    for (const track of presentation.tracks) {
      writeFileSync(at(`${track.kind}.mpd`), buildMpd({ ...presentation, tracks: [track] }))
    }
    const { master, media } = builtHls(presentation)
    writeFileSync(at('master.m3u8'), master)
    for (const { name, text } of media) writeFileSync(at(name), text)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  })
  afterAll(async () => {
    await new Promise((done) => server.close(done))
    rmSync(folder, { recursive: true })
  })

  const read = (manifest: string): ReturnType<typeof hashes> =>
    hashes(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${manifest}`)

  it('HLS: every packet of both tracks', async () => {
    const { video, audio } = await read('master.m3u8')
    expect(video).toEqual((await hashes(at('pic ture.mp4'))).video)
    expect(audio).toEqual((await hashes(at('sound.mp4'))).audio)
    expect(video.length).toBe(100)
  }, TIMEOUT)

  it.each([
    ['video', 'pic ture.mp4'],
    ['audio', 'sound.mp4'],
  ] as const)('DASH: every packet of the %s track', async (kind, file) => {
    expect((await read(`${kind}.mpd`))[kind]).toEqual((await hashes(at(file)))[kind])
  }, TIMEOUT)
})
