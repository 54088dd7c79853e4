import * as E from 'fp-ts/Either'

import { AUDIO_TAGS } from '../../asf/stream/codec-tags'
import { aacCodecString } from '../../codec/aac/aac-codec-string'
import { parseAudioSpecificConfig } from '../../codec/aac/audio-specific-config'
import { ac3ChannelMap, eac3ChannelMap } from '../../codec/ac3/channel-map'
import { avcCodecString } from '../../codec/avc/avc-codec-string'
import { isConfiguredBySample } from '../../codec/ac3/configured-by-sample'
import { parseAvcConfiguration } from '../../codec/avc/parse-avc-configuration'
import { readStreamInfo, writeDfla } from '../../codec/flac/stream-info'
import { hevcCodecString } from '../../codec/hevc/hevc-codec-string'
import { parseHevcConfiguration } from '../../codec/hevc/parse-hevc-configuration'
import { readOpusHead, writeDops } from '../../codec/opus/opus-head'
import { writeDvc1 } from '../../codec/vc1/dvc1'
import { buildWaveFormat } from '../../codec/wma/build-wave-format'
import { PipelineError } from '../../fault/pipeline-error'
import type { SampleEntry } from '../../isobmff/write/sample-entry'
import type { TrackDescription, TrackKind } from '../../media/media-description'

/** How a track is written in CMAF. */
export interface CmafCodec {
  readonly sampleEntry: SampleEntry
  /** RFC 6381. */
  readonly codecs: string
  /** Units per second that hold the times of the track without rounding, where its rate is known. */
  readonly timescale: number
  readonly video?: { readonly width: number; readonly height: number }
  /** AC-3 and Enhanced AC-3: their channels as a `chanmap`. @source ETSI TS 102 366, E.1.3.1.8 */
  readonly channelMap?: number
}

/** The form of a track, or in words what is missing for it. */
type Found = E.Either<string, CmafCodec>

/** For pictures whose rate is not stated. @source ISO/IEC 13818-1, the system clock of MPEG */
const MPEG_CLOCK = 90_000
/** Fewer units per second make players round. */
const LEAST_TIMESCALE = 10_000
/** Opus is decoded at this rate, whatever was encoded. */
const OPUS_RATE = 48_000
/** Bytes of `dac3`; `dec3` has more. */
const DAC3_BYTES = 3
const DEC3_LEAST = 5

const atLeast = (timeScale: number): number => timeScale * Math.max(1, Math.ceil(LEAST_TIMESCALE / timeScale))

const rateOf = ({ audio }: Pick<TrackDescription, 'audio'>): number => audio?.sampleRate ?? MPEG_CLOCK

const avc = ({ codecPrivate, bitrate }: TrackDescription): Found => {
  const configuration = parseAvcConfiguration(codecPrivate)
  if (E.isLeft(configuration)) return E.left('H.264 without parameter sets')
  const { sps } = configuration.right
  return E.right({
    sampleEntry: { type: 'avc1', avcC: codecPrivate, bitrate },
    codecs: avcCodecString(codecPrivate),
    timescale: sps.timing === undefined ? MPEG_CLOCK : atLeast(sps.timing.timeScale),
    video: { width: sps.width, height: sps.height },
  })
}

const hevc = ({ codecPrivate, bitrate }: TrackDescription): Found => {
  const configuration = parseHevcConfiguration(codecPrivate)
  if (E.isLeft(configuration)) return E.left('H.265 without parameter sets')
  const { sps, timing } = configuration.right
  return E.right({
    sampleEntry: { type: 'hvc1', hvcC: codecPrivate, bitrate },
    codecs: hevcCodecString(codecPrivate),
    timescale: timing === undefined ? MPEG_CLOCK : atLeast(timing.timeScale),
    video: { width: sps.width, height: sps.height },
  })
}

const vc1 = ({ codecPrivate, bitrate, video }: TrackDescription): Found => {
  const dvc1 = writeDvc1(codecPrivate)
  if (E.isLeft(dvc1)) return E.left('VC-1 without a sequence header of the advanced profile')
  const sampleEntry = { type: 'vc-1', dvc1: dvc1.right, bitrate } as const
  return E.right({ sampleEntry, codecs: 'vc-1', timescale: MPEG_CLOCK, ...(video && { video }) })
}

const aac = ({ codecPrivate, bitrate }: TrackDescription): Found => {
  const config = parseAudioSpecificConfig(codecPrivate)
  if (E.isLeft(config)) return E.left('AAC without its configuration')
  return E.right({
    sampleEntry: { type: 'mp4a', audioSpecificConfig: codecPrivate, bitrate },
    codecs: aacCodecString(config.right),
    timescale: config.right.sampleRate,
  })
}

const mp3 = (track: TrackDescription): Found =>
  E.right({ sampleEntry: { type: 'mp3', bitrate: track.bitrate }, codecs: 'mp4a.6B', timescale: rateOf(track) })

const ac3 = ({ codecPrivate, bitrate, ...track }: TrackDescription): Found => {
  const channelMap = ac3ChannelMap(codecPrivate)
  if (codecPrivate.length !== DAC3_BYTES || channelMap === undefined) return E.left('AC-3 without what its first frame says')
  return E.right({ sampleEntry: { type: 'ac-3', dac3: codecPrivate, bitrate }, codecs: 'ac-3', timescale: rateOf(track), channelMap })
}

const eac3 = ({ codecPrivate, bitrate, ...track }: TrackDescription): Found => {
  const channelMap = eac3ChannelMap(codecPrivate)
  if (codecPrivate.length < DEC3_LEAST || channelMap === undefined) return E.left('Enhanced AC-3 without what its first frames say')
  return E.right({ sampleEntry: { type: 'ec-3', dec3: codecPrivate, bitrate }, codecs: 'ec-3', timescale: rateOf(track), channelMap })
}

const opus = ({ codecPrivate, bitrate }: TrackDescription): Found => {
  const head = readOpusHead(codecPrivate)
  if (E.isLeft(head)) return E.left('Opus without its header')
  return E.right({ sampleEntry: { type: 'Opus', dOps: writeDops(head.right), bitrate }, codecs: 'Opus', timescale: OPUS_RATE })
}

const flac = ({ codecPrivate, bitrate }: TrackDescription): Found => {
  const info = readStreamInfo(codecPrivate)
  if (E.isLeft(info)) return E.left('FLAC without its STREAMINFO')
  const { sampleRate } = info.right
  return E.right({ sampleEntry: { type: 'fLaC', dfLa: writeDfla(info.right), bitrate }, codecs: 'fLaC', timescale: sampleRate })
}

/** RFC 6381 leaves no room for the blank at the end of `wma `. */
const windowsAudio = ({ codec, codecPrivate, bitrate, audio }: TrackDescription): Found => {
  const [tag] = AUDIO_TAGS.get(codec) ?? []
  if (tag === undefined || audio?.blockAlign === undefined) return E.left('Windows Media Audio without the size of its blocks')
  const wfex = buildWaveFormat({ tag, audio, bitrate, privateData: codecPrivate })
  return E.right({ sampleEntry: { type: 'wma ', wfex, bitrate }, codecs: 'wma', timescale: audio.sampleRate })
}

/**
 * The codecs that MP4 has a form for. Windows Media Video has none that a reader knows: not in its versions 7 and 8, and of VC-1
 * only the advanced profile.
 *
 * @source docs/reference/third-party-systems.md §9
 */
const CODECS: ReadonlyMap<string, { readonly kind: TrackKind; readonly form: (track: TrackDescription) => Found }> = new Map([
  ['h264', { kind: 'video', form: avc }],
  ['hevc', { kind: 'video', form: hevc }],
  ['vc1', { kind: 'video', form: vc1 }],
  ['aac', { kind: 'audio', form: aac }],
  ['mp3', { kind: 'audio', form: mp3 }],
  ['ac3', { kind: 'audio', form: ac3 }],
  ['eac3', { kind: 'audio', form: eac3 }],
  ['opus', { kind: 'audio', form: opus }],
  ['flac', { kind: 'audio', form: flac }],
  ['wmav1', { kind: 'audio', form: windowsAudio }],
  ['wmav2', { kind: 'audio', form: windowsAudio }],
  ['wmapro', { kind: 'audio', form: windowsAudio }],
  ['wmalossless', { kind: 'audio', form: windowsAudio }],
])

const formOf = (track: TrackDescription): Found => {
  const codec = CODECS.get(track.codec)
  return codec === undefined || codec.kind !== track.kind ? E.left(track.codec) : codec.form(track)
}

/**
 * Whether a track can leave for players of CMAF, asked before anything is authorised or written. Some codecs may have in their
 * samples, which are not known yet, what the header needs of them. VC-1 and Windows Media Audio have a form in MP4 that some readers
 * know, but none in CMAF.
 */
export const hasCmafForm = (track: TrackDescription): boolean =>
  !MP4_ONLY.has(track.codec) && (CONFIGURED_LATER.has(track.codec) || isConfiguredBySample(track) || E.isRight(formOf(track)))

/** Known to readers of MP4, but not in CMAF. @source docs/reference/third-party-systems.md §9 */
const MP4_ONLY: ReadonlySet<string> = new Set(['vc1', 'wmav1', 'wmav2', 'wmapro', 'wmalossless'])

/** Their parameter sets may stand in samples. */
const CONFIGURED_LATER: ReadonlySet<string> = new Set(['h264', 'hevc'])

/**
 * The CMAF form of a track.
 *
 * @errors `UnsupportedMedia` (thrown in a `PipelineError`) for a codec that has none: an adapter must refuse or transcode, not relabel.
 * @source docs/reference/third-party-systems.md §9
 */
export const cmafCodec = (track: TrackDescription): CmafCodec => {
  const found = formOf(track)
  if (E.isRight(found)) return found.right
  const what = `${found.left} in stream ${String(track.number)}: no form of it in fragmented MP4`
  throw new PipelineError({ type: 'UnsupportedMedia', at: undefined, what })
}
