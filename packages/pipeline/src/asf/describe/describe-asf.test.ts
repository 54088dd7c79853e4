import { createHash } from 'node:crypto'

import { whenInstalled } from '../../../../../test/gate/when-installed'
import { buildContentDescription } from '../header/content-description'
import { parseStreamProperties } from '../header/stream-properties'
import { probeFormat } from '../testing/ffmpeg'
import { FIXTURES, fixtureNamed } from '../testing/fixtures'
import { bytesOf, DISK_GUID, fileOf, le, streamPropertiesOf } from '../testing/hand-made'
import { readGood } from '../testing/read-whole'
import { codecName } from './codec-name'
import { describeAsf } from './describe-asf'

const nameOf = (specific: string, type: string = DISK_GUID.audio): string => {
  const bytes = streamPropertiesOf({ number: 1, type, specific })
  const properties = parseStreamProperties({ guid: '', at: 0, bytes })
  return properties === undefined ? '' : codecName(properties)
}

const wave = (tag: number, extra = ''): string =>
  `${le(tag, 2)}${le(2, 2)}${le(44_100, 4)}${le(8000, 4)}${le(372, 2)}${le(16, 2)}${le(extra.length / 2, 2)}${extra}`

const bitmap = (fourcc: string, extra = ''): string => {
  const size = le(40 + extra.length / 2, 4)
  const rest = `${le(320, 4)}${le(-240, 4)}0100 1800 ${Buffer.from(fourcc).toString('hex')}${'00'.repeat(20)}${extra}`
  return `${le(352, 4)}${le(288, 4)}02${size.slice(0, 4)}${size}${rest}`.replace(/ /g, '')
}

describe('codec names', () => {
  it.each([
    [0x000a, 'wmavoice'],
    [0x0055, 'mp3'],
    [0x0160, 'wmav1'],
    [0x0161, 'wmav2'],
    [0x0162, 'wmapro'],
    [0x0163, 'wmalossless'],
    [0x00ff, 'aac'],
    [0x706d, 'aac'],
    [0x4143, 'aac'],
    [0xa106, 'aac'],
    [0x2000, 'ac3'],
    [0x1600, 'tag 0x1600'],
    [0x0001, 'tag 0x0001'],
  ])('audio tag %i is %s', (tag, name) => expect(nameOf(wave(tag))).toBe(name))

  it('keeps the tag of an extensible form that is too short for a sub-format', () => {
    expect(nameOf(wave(0xfffe, '00'.repeat(21)))).toBe('tag 0xfffe')
  })

  it('takes the tag of the extensible form from its sub-format', () => {
    const extra = `1800 3f000000 ${le(0x162, 4)} 0000 1000 800000aa00389b71 c0ffee`.replace(/ /g, '')
    expect(nameOf(wave(0xfffe, extra))).toBe('wmapro')
    const bytes = streamPropertiesOf({ number: 1, specific: wave(0xfffe, extra) })
    const audio = parseStreamProperties({ guid: '', at: 0, bytes })?.audio
    expect(Buffer.from(audio?.privateData ?? []).toString('hex')).toBe('c0ffee')
  })

  it.each([
    ['WMV1', 'wmv1'],
    ['WMV2', 'wmv2'],
    ['wmv3', 'wmv3'],
    ['WVC1', 'vc1'],
    ['WMVA', 'vc1'],
    ['H264', 'h264'],
    ['h264', 'h264'],
    ['avc1', 'h264'],
    ['X264', 'h264'],
    ['DAVC', 'h264'],
    ['HEVC', 'hevc'],
    ['hvc1', 'hevc'],
    ['hev1', 'hevc'],
    ['H265', 'hevc'],
    ['MP43', 'MP43'],
  ])('video %s is %s', (fourcc, name) => expect(nameOf(bitmap(fourcc), DISK_GUID.video)).toBe(name))

  const size = le(320, 4) + le(240, 4)
  const web = `${'aa'.repeat(16)}d457627727c6cb418f817ac7ff1c40cc${le(1, 4)}${le(0, 4)}${le(0, 4)}136b1eda59835040b398388e965bf00c`
  it.each([
    ['command', 'command', 'c0cfda59e659d011a3ac00a0c90348f6', '', undefined],
    ['encrypted-command', 'command', '3a97838639663a46abd764f1ce3eeae0', '', undefined],
    ['mjpeg', 'image', '00e11bb64e5bcf11a8fd00805f5c442b', size + le(0, 4), { width: 320, height: 240 }],
    ['degradable-jpeg', 'image', 'e07d903515e4cf11a91700805f5c442b', `${size}000002000400010000`, { width: 320, height: 240 }],
    ['mjpeg', 'image', '00e11bb64e5bcf11a8fd00805f5c442b', '4001', undefined],
    ['file', 'file', '2c22bd911cf27a498b6d5aa86bfc0185', `${'bb'.repeat(32)}${le(0, 12)}${'cc'.repeat(16)}${le(0, 4)}`, undefined],
    ['web-stream', 'file', '2c22bd911cf27a498b6d5aa86bfc0185', `${web}${le(8, 4)}08000a0001000000`, undefined],
    ['binary', 'binary', 'e265fb3aef47f240ac2c70a90d71d343', '', undefined],
    ['other', 'other', 'ee'.repeat(16), '', undefined],
  ])('asf.md §1.4, §3: %s is a stream of kind %s', async (codec, kind, type, specific, video) => {
    const { header } = await readGood(fileOf([], {}, [{ number: 7, type, specific }]))
    const [track] = describeAsf(header).tracks
    expect({ codec: track?.codec, kind: track?.kind, video: track?.video }).toEqual({ codec, kind, video })
  })

  it('of other kinds are the kind', () => {
    expect(nameOf('', DISK_GUID.command)).toBe('command')
    expect(nameOf('00', DISK_GUID.video)).toBe('unknown')
  })
})

describe('a description', () => {
  it('takes the picture from the bitmap header, whichever way up', () => {
    const bytes = streamPropertiesOf({
      number: 1,
      type: DISK_GUID.video,
      specific: bitmap('WMV3', 'aabbccdd'),
    })
    const video = parseStreamProperties({ guid: '', at: 0, bytes })?.video
    expect(video).toMatchObject({ width: 320, height: 240, fourcc: 'WMV3' })
    expect(Buffer.from(video?.privateData ?? []).toString('hex')).toBe('aabbccdd')
  })

  it('has title, languages and durations', async () => {
    const chapters = describeAsf((await readGood(fixtureNamed('meta-chapters.wmv').bytes())).header)
    expect(chapters.title).toBeTruthy()
    expect(chapters.container).toBe('asf')
    const languages = describeAsf((await readGood(fixtureNamed('multi-audio.asf').bytes())).header)
    expect(languages.tracks.map(({ language }) => language?.slice(0, 2))).toEqual([
      undefined,
      'en',
      'fr',
      'de',
    ])
    expect(
      describeAsf((await readGood(fixtureNamed('broadcast.asf').bytes())).header).duration
    ).toBeUndefined()
    const short = describeAsf((await readGood(fileOf([], { playDuration: 5 }))).header)
    expect(short).toMatchObject({ duration: 0, protection: [] })
    expect(short.title).toBeUndefined()
  })

  it('names the system of a protection header where it names one', async () => {
    const advanced = bytesOf(
      '338505438169e6499b74ad12cb86d58c',
      le(42, 8),
      '0100 b69b077aa4da124ea5ca91d38dc11a8d'
    )
    const { header } = await readGood(fileOf([], {}, [{ number: 1 }], [advanced]))
    expect(describeAsf(header).protection).toMatchObject([
      {
        kind: 'advanced-content-encryption',
        systemId: '7a079bb6daa44e12a5ca91d38dc11a8d',
        at: 30 + 104 + 46,
      },
    ])
  })

  it('carries texts through the Content Description', async () => {
    const texts = {
      title: 'Čtvrtek 木曜日',
      author: '',
      copyright: '©',
      description: 'x'.repeat(70_000),
      rating: '',
    }
    const bytes = buildContentDescription(texts)
    const view = Buffer.from(bytes)
    expect([24, 26, 28, 30, 32].map((at) => view.readUInt16LE(at))).toEqual([24, 0, 4, 0xfffe, 0])
    expect(view.toString('utf16le', 34, 34 + 22)).toBe(texts.title)
  })
})

interface ProbedStream {
  readonly codec_name: string
  readonly width?: number
  readonly height?: number
  readonly channels?: number
  readonly sample_rate?: string
  readonly extradata_hash?: string
  readonly duration?: string
}

whenInstalled('ffmpeg').describe('a description, against FFmpeg', () => {
  it.each(FIXTURES)('$name', async (fixture) => {
    const { tracks, title, duration } = describeAsf((await readGood(fixture.bytes())).header)
    const probed = probeFormat(fixture.path) as {
      readonly streams: ReadonlyArray<ProbedStream>
      readonly format: { readonly tags?: { readonly title?: string } }
    }
    expect(title).toBe(probed.format.tags?.title)
    expect(tracks).toHaveLength(probed.streams.length)
    probed.streams.forEach((stream, index) => {
      const track = tracks[index]
      // Known difference: FFmpeg guesses the duration of a broadcast.
      if (duration !== undefined) expect(duration / 10_000_000).toBeCloseTo(Number(stream.duration), 2)
      // FFmpeg has a name for MP43 and its like; ours is the FOURCC.
      const ours = track?.codec === 'MP43' ? 'msmpeg4v3' : track?.codec
      expect(ours).toBe(stream.codec_name)
      expect(track?.video?.width).toBe(stream.width)
      expect(track?.video?.height).toBe(stream.height)
      expect(track?.audio?.channels).toBe(stream.channels)
      if (stream.sample_rate !== undefined) expect(track?.audio?.sampleRate).toBe(Number(stream.sample_rate))
      const data = track?.codecPrivate ?? new Uint8Array()
      const hash = data.length === 0 ? undefined : `SHA256:${createHash('sha256').update(data).digest('hex')}`
      expect(hash).toBe(stream.extradata_hash)
    })
  })
})
