import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { exportSample, type ExportedSample, type ExportedTrack } from '../command/exported-sample'
import { createPlace, removePlaces } from '../command/temporary-place'
import { whenInstalled } from '../gate/when-installed'
import { partsOf } from '../media/segments'

const LONG = 60_000

const grouped = (keyId: string): string => keyId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

/** Hashes of the packets that ffmpeg reads of a playlist, or of a file that comes through a pipe, in order. */
const packets = (
  { path, input }: { readonly path: string; readonly input?: Uint8Array },
  ...options: ReadonlyArray<string>
): ReadonlyArray<string> =>
  execFileSync(
    'ffprobe',
    ['-v', 'quiet', ...options, '-show_data_hash', 'md5', '-show_entries', 'packet=data_hash', '-of', 'csv=p=0', path],
    { encoding: 'utf8', timeout: LONG, maxBuffer: 16 * 1024 * 1024, ...(input && { input }) }
  ).split('\n')

describe('the manifests of the export', () => {
  let made: ExportedSample

  beforeAll(async () => {
    made = await exportSample(createPlace())
  }, LONG)
  afterAll(removePlaces)

  const text = (name: string): string => readFileSync(join(made.folder, name), 'utf8')
  const adaptation = (track: ExportedTrack): string => {
    const found = text('manifest.mpd')
      .split(/(?=<AdaptationSet)/)
      .find((part) => part.includes(`<BaseURL>${track.file}</BaseURL>`))
    if (found === undefined) throw new Error(`no ${track.file}`)
    return found
  }

  it.each(['video', 'audio'] as const)('DASH: the byte ranges of the %s are its header and its segments', (kind) => {
    const { init, segments } = partsOf(readFileSync(made[kind].path))
    const part = adaptation(made[kind])
    expect(/<Initialization range="([^"]*)"/.exec(part)?.[1]).toBe(`0-${String(init - 1)}`)
    const ranges = [...part.matchAll(/mediaRange="([^"]*)"/g)].map(([, range]) => range)
    expect(ranges).toEqual(segments.map(([from, to]) => `${String(from)}-${String(to)}`))
  })

  it.each(['video', 'audio'] as const)('DASH: the default key ID of the %s is that of export.json', (kind) => {
    const ids = [...adaptation(made[kind]).matchAll(/default_KID="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids)).toEqual(new Set([grouped(made[kind].keyId)]))
    const boxes = [...adaptation(made[kind]).matchAll(/<cenc:pssh>([^<]*)</g)].map(([, box]) => Buffer.from(box ?? '', 'base64'))
    expect(boxes.length).toBeGreaterThan(0)
    for (const box of boxes) expect(box.toString('hex', 32, 48)).toBe(made[kind].keyId)
  })

  it.each(['video', 'audio'] as const)('HLS: the byte ranges of the %s are its header and its segments', (kind) => {
    const { init, segments } = partsOf(readFileSync(made[kind].path))
    const playlist = text(`${kind}.m3u8`)
    expect(/#EXT-X-MAP:.*BYTERANGE="([^"]*)"/.exec(playlist)?.[1]).toBe(`${String(init)}@0`)
    const ranges = [...playlist.matchAll(/#EXT-X-BYTERANGE:(\S+)/g)].map(([, range]) => range)
    expect(ranges).toEqual(segments.map(([from, to]) => `${String(to - from + 1)}@${String(from)}`))
  })

  it('HLS: names every playlist, and the key box of each track', () => {
    expect(text('master.m3u8')).toContain('audio.m3u8')
    expect(text('master.m3u8')).toContain('video.m3u8')
    for (const kind of ['video', 'audio'] as const) {
      const [, box = ''] = /#EXT-X-KEY:METHOD=SAMPLE-AES-CTR,URI="data:text\/plain;base64,([^"]*)"/.exec(text(`${kind}.m3u8`)) ?? []
      expect(Buffer.from(box, 'base64').toString('hex')).toContain(made[kind].keyId)
    }
  })

  whenInstalled('ffmpeg').it('HLS: ffmpeg finds every sample by the ranges, and the key of the track opens it', () => {
    for (const kind of ['video', 'audio'] as const) {
      const { path, key } = made[kind]
      const playlist = { path: join(made.folder, `${kind}.m3u8`) }
      const whole = { path: 'pipe:0', input: readFileSync(path) }
      const opened = packets(playlist, '-seg_format_options', `decryption_key=${key}`)
      expect(opened).toEqual(packets(whole, '-decryption_key', key))
      expect(opened.length).toBeGreaterThan(40)
      expect(packets(playlist)).not.toEqual(opened)
    }
  }, LONG)

  it('export.json names system, scheme, license and tracks, and no key', () => {
    const track = ({ file, kind, mime, keyId }: ExportedTrack): object => ({ file, kind, mime, keyId })
    expect(JSON.parse(text('export.json'))).toEqual({
      system: 'clear-key',
      scheme: 'cenc',
      licenseId: made.licenseId,
      tracks: [track(made.video), track(made.audio)],
    })
    expect(made.video.mime).toBe('video/mp4; codecs="avc1.64000d"')
    expect(made.audio.mime).toBe('audio/mp4; codecs="mp4a.40.2"')
  })
})
