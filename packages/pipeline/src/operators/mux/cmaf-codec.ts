import * as E from 'fp-ts/Either'

import { aacCodecString } from '../../codec/aac/aac-codec-string'
import { parseAudioSpecificConfig } from '../../codec/aac/audio-specific-config'
import { avcCodecString } from '../../codec/avc/avc-codec-string'
import { parseAvcConfiguration } from '../../codec/avc/parse-avc-configuration'
import { PipelineError } from '../../fault/pipeline-error'
import type { SampleEntry } from '../../isobmff/write/sample-entry'
import type { TrackDescription } from '../../media/media-description'

/** How a track is written in CMAF. */
export interface CmafCodec {
  readonly sampleEntry: SampleEntry
  /** RFC 6381. */
  readonly codecs: string
  /** Units per second that hold the times of the track without rounding, where its rate is known. */
  readonly timescale: number
  readonly video?: { readonly width: number; readonly height: number }
}

/** For pictures whose rate is not stated. @source ISO/IEC 13818-1, the system clock of MPEG */
const MPEG_CLOCK = 90_000

/** Fewer units per second make players round. */
const LEAST_TIMESCALE = 10_000

const MP3_CODEC = 'mp4a.6B'

/** Whether a track can be written at all, asked before anything is authorised or written. */
export const hasCmafForm = ({ codec, codecPrivate }: TrackDescription): boolean =>
  codec === 'h264' || codec === 'mp3' || (codec === 'aac' && E.isRight(parseAudioSpecificConfig(codecPrivate)))

/**
 * The CMAF form of a track.
 *
 * @errors `UnsupportedMedia` (thrown in a `PipelineError`) for a codec that has none: an adapter must refuse or transcode, not relabel.
 * @source docs/reference/third-party-systems.md §9
 */
export const cmafCodec = (track: TrackDescription): CmafCodec => {
  if (track.kind === 'video' && track.codec === 'h264') return avcTrack(track)
  if (track.kind === 'audio' && track.codec === 'aac') return aacTrack(track)
  if (track.kind === 'audio' && track.codec === 'mp3') {
    const { bitrate } = track
    return { sampleEntry: { type: 'mp3', bitrate }, codecs: MP3_CODEC, timescale: track.audio?.sampleRate ?? MPEG_CLOCK }
  }
  throw unsupported(`${track.codec} in stream ${String(track.number)}: no form of it in fragmented MP4`)
}

const avcTrack = (track: TrackDescription): CmafCodec => {
  const configuration = parseAvcConfiguration(track.codecPrivate)
  if (E.isLeft(configuration)) throw unsupported(`H.264 in stream ${String(track.number)} without parameter sets`)
  const { sps } = configuration.right
  return {
    sampleEntry: { type: 'avc1', avcC: track.codecPrivate },
    codecs: avcCodecString(track.codecPrivate),
    timescale: sps.timing === undefined ? MPEG_CLOCK : atLeast(sps.timing.timeScale),
    video: { width: sps.width, height: sps.height },
  }
}

const aacTrack = (track: TrackDescription): CmafCodec => {
  const config = parseAudioSpecificConfig(track.codecPrivate)
  if (E.isLeft(config)) throw unsupported(`AAC in stream ${String(track.number)} without its configuration`)
  return {
    sampleEntry: { type: 'mp4a', audioSpecificConfig: track.codecPrivate, bitrate: track.bitrate },
    codecs: aacCodecString(config.right),
    timescale: config.right.sampleRate,
  }
}

const atLeast = (timeScale: number): number => timeScale * Math.max(1, Math.ceil(LEAST_TIMESCALE / timeScale))

const unsupported = (what: string): PipelineError =>
  new PipelineError({ type: 'UnsupportedMedia', at: undefined, what })
