import { buildPssh } from '../../isobmff/write/build-pssh'
import type { HlsAttribute, Presentation, PresentationAudio, PresentationProtection, PresentationTrack } from '../presentation'

type Scheme = PresentationProtection['scheme']

/** System ids that are made up. */
const SYSTEMS = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-aaaaaaaaaaaa']
const METHODS: Readonly<Record<Scheme, string>> = { cenc: 'SAMPLE-AES-CTR', cbcs: 'SAMPLE-AES', cens: '', cbc1: '' }

const keyLine = (method: string, system: string, keyId: string): { readonly attributes: ReadonlyArray<HlsAttribute> } => ({
  attributes: [
    { name: 'METHOD', value: method, quoted: false },
    { name: 'URI', value: `data:text/plain;base64,${Buffer.from(keyId).toString('base64')}`, quoted: true },
    { name: 'KEYFORMAT', value: `urn:uuid:${system}`, quoted: true },
  ],
})

const protectionOf = (scheme: Scheme, keyId: string): PresentationProtection => ({
  scheme,
  keyId,
  dash: SYSTEMS.map((system) => {
    const box = buildPssh({ systemId: system.replaceAll('-', ''), keyIds: [keyId], data: new Uint8Array() })
    return { schemeIdUri: `urn:uuid:${system}`, xml: [{ name: 'cenc:pssh', children: [Buffer.from(box).toString('base64')] }] }
  }),
  hls: METHODS[scheme] === '' ? [] : SYSTEMS.map((system) => keyLine(METHODS[scheme], system, keyId)),
})

type Form = Pick<PresentationTrack, 'kind' | 'codecs' | 'timescale'> & { readonly audio?: PresentationAudio; readonly language?: string }

const sound = (codecs: string, channels: number, rest: Partial<PresentationAudio & { readonly language: string }> = {}): Form => {
  const { language, sampleRate = 48_000, channelMap } = rest
  return {
    kind: 'audio', codecs, timescale: sampleRate,
    audio: { channels, sampleRate, ...(channelMap === undefined ? {} : { channelMap }) },
    ...(language === undefined ? {} : { language }),
  }
}

/** Each codec that has a form in MP4, pictures of three and sounds of nine. */
const FORMS: ReadonlyArray<Form> = [
  { kind: 'video', codecs: 'avc1.64001f', timescale: 50_000 },
  { kind: 'video', codecs: 'hvc1.1.6.L93.B0', timescale: 90_000 },
  { kind: 'video', codecs: 'vc-1', timescale: 90_000 },
  sound('mp4a.40.2', 2, { language: 'de' }),
  sound('mp4a.40.5', 8, { language: 'en-us' }),
  sound('mp4a.6B', 1, { sampleRate: 44_100 }),
  sound('ac-3', 4, { channelMap: 0xe100, language: 'fra' }),
  sound('ec-3', 8, { channelMap: 0xfa01, language: 'fr' }),
  sound('Opus', 4, { language: 'und' }),
  sound('fLaC', 6, { sampleRate: 96_000 }),
  sound('wma', 2),
]

/** Its samples are wider than high. */
const PICTURE = {
  width: 720,
  height: 576,
  frameRate: { numerator: 30_000, denominator: 1001 },
  sampleAspect: { numerator: 16, denominator: 11 },
}
const SEGMENTS = 6

/** Segments of two seconds and a last one of one sample, as dense as a key picture makes it. */
const placesOf = (timescale: number, index: number): Pick<PresentationTrack, 'init' | 'segments'> => {
  const sizes = Array.from({ length: SEGMENTS }, (_, place) => 20_000 + 7000 * ((place * (index + 2)) % 5))
  let offset = 800
  const segments = sizes.map((size, place) => {
    const isLast = place === SEGMENTS - 1
    const segment = { offset, size, start: 2 * timescale * place, duration: isLast ? Math.floor(timescale / 25) : 2 * timescale }
    offset += size
    return segment
  })
  return { init: { offset: 0, size: 800 }, segments }
}

/** Everything that is written: a track in each form, each under a key of its own, or clear. */
export const everyForm = (scheme: Scheme | undefined): Presentation => ({
  duration: 2 * SEGMENTS,
  title: 'A film & its sounds',
  tracks: FORMS.map(({ kind, codecs, timescale, audio, language }, index) => ({
    file: `${kind}-${index}.mp4`,
    kind,
    mime: `${kind}/mp4`,
    codecs,
    bitrate: 0,
    timescale,
    ...placesOf(timescale, index),
    ...(kind === 'video'
      ? { video: PICTURE }
      : {}),
    ...(audio === undefined ? {} : { audio }),
    ...(language === undefined ? {} : { language }),
    ...(scheme === undefined ? {} : { protection: protectionOf(scheme, index.toString(16).padStart(32, 'a')) }),
  })),
})
