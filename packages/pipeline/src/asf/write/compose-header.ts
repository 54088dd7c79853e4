import * as E from 'fp-ts/Either'

import type { MediaFault } from '../../fault/pipeline-fault'
import type { MediaDescription, TrackDescription } from '../../media/media-description'
import { createWarningLog } from '../../media/warning-log'
import { DATA_OBJECT_BYTES, type AsfHeader } from '../header/asf-header'
import { buildContentDescription } from '../header/content-description'
import { buildExtendedStreamProperties } from '../header/extended-stream-properties'
import { buildFileProperties } from '../header/file-properties'
import { buildHeaderExtension } from '../header/header-extension'
import { buildLanguageList } from '../header/language-list'
import { parseAsfHeader } from '../header/parse-asf-header'
import { buildStreamProperties } from '../header/stream-properties'
import { STREAM_TYPE } from '../guid/stream-guids'
import { AUDIO_TAGS, VIDEO_FOURCCS } from '../stream/codec-tags'
import { videoFormatBytes } from '../stream/video-format'
import { waveFormatBytes } from '../stream/wave-format'
import { buildHeader } from './rebuild-header'

/** What no other container says. */
export interface ComposeOptions {
  /** Bytes. */
  readonly packetSize: number
}

/** Milliseconds that players wait for before they begin, as FFmpeg has it. */
const PREROLL = 3100
const BITS_PER_BYTE = 8
const LAST_STREAM = 127
const FILE_ID_BYTES = 16

/**
 * A header for media that did not come from ASF, as a template for the writer.
 *
 * @errors `UnsupportedMedia` for a codec that ASF has no name for, and for tracks beyond the numbers of streams.
 */
export const composeAsfHeader = (
  { tracks, title = '' }: Pick<MediaDescription, 'tracks' | 'title'>,
  { packetSize }: ComposeOptions
): E.Either<MediaFault, AsfHeader> => {
  // A track must name one: where some have none, an empty tag stands for that.
  const tags = [...new Set(tracks.map(({ language = '' }) => language))].sort()
  const languages = tags.length === 1 && tags[0] === '' ? [] : tags
  const streams: Uint8Array[] = []
  for (const track of tracks) {
    const stream = streamOf(track)
    if (E.isLeft(stream)) return stream
    streams.push(stream.right)
  }
  const maxBitrate = tracks.reduce((sum, { bitrate }) => sum + bitrate, 0)
  const header = buildHeader([
    buildFileProperties({ ...NEW_FILE, packetSize, maxBitrate }),
    buildHeaderExtension([
      ...(languages.length > 0 ? [buildLanguageList(languages)] : []),
      ...tracks.map((track) => extendedOf(track, languages)),
    ]),
    ...(title === '' ? [] : [buildContentDescription({ ...NO_TEXTS, title })]),
    ...streams,
  ])
  const data = { at: header.length, size: DATA_OBJECT_BYTES, packetCount: 0, firstPacketAt: header.length + DATA_OBJECT_BYTES }
  return parseAsfHeader(header, data, createWarningLog())
}

/** What the writer puts right when it knows. */
const NEW_FILE = {
  fileId: new Uint8Array(FILE_ID_BYTES),
  fileSize: 0,
  creationTime: 0n,
  packetCount: 0,
  playDuration: 0,
  sendDuration: 0,
  preroll: PREROLL,
  broadcast: true,
  seekable: false,
}

const NO_TEXTS = { title: '', author: '', copyright: '', description: '', rating: '' }

const extendedOf = (
  { number, bitrate, averageFrameTime, language = '' }: TrackDescription,
  languages: ReadonlyArray<string>
): Uint8Array => {
  const languageIndex = Math.max(0, languages.indexOf(language))
  return buildExtendedStreamProperties({ number, bitrate, preroll: PREROLL, averageFrameTime, languageIndex }, [])
}

const unsupported = (what: string): E.Either<MediaFault, never> => E.left({ type: 'UnsupportedMedia', at: undefined, what })

const streamOf = (track: TrackDescription): E.Either<MediaFault, Uint8Array> => {
  const { number, kind, codec } = track
  if (number < 1 || number > LAST_STREAM) {
    return unsupported(`track ${String(number)}: streams of ASF have numbers up to ${String(LAST_STREAM)}`)
  }
  const specific = kind === 'audio' ? soundFormat(track) : kind === 'video' ? pictureFormat(track) : undefined
  if (specific === undefined) return unsupported(`${codec} in track ${String(number)}: no form of it in ASF`)
  return E.right(buildStreamProperties(number, kind === 'audio' ? STREAM_TYPE.Audio : STREAM_TYPE.Video, specific))
}

const pictureFormat = ({ codec, codecPrivate, video }: TrackDescription): Uint8Array | undefined => {
  const [fourcc] = VIDEO_FOURCCS.get(codec) ?? []
  if (fourcc === undefined || video === undefined) return undefined
  return videoFormatBytes({ ...video, fourcc, bitCount: 24, privateData: codecPrivate })
}

const soundFormat = ({ codec, codecPrivate, audio, bitrate }: TrackDescription): Uint8Array | undefined => {
  const [tag] = AUDIO_TAGS.get(codec) ?? []
  if (tag === undefined || audio === undefined) return undefined
  const { channels, sampleRate, blockAlign = 1, bitsPerSample = 16 } = audio
  const bytesPerSecond = Math.round(bitrate / BITS_PER_BYTE)
  const privateData = PRIVATE_DATA.get(codec)?.(codecPrivate) ?? codecPrivate
  return waveFormatBytes({ tag, channels, sampleRate, bytesPerSecond, blockAlign, bitsPerSample, privateData })
}

/** One frame a block, of any size, without padding bits. @source MPEGLAYER3WAVEFORMAT in mmreg.h of the Windows SDK */
const MP3_DATA = Uint8Array.of(1, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0)

const NO_DATA = new Uint8Array()

/** Where ASF holds other private data than MP4. */
const PRIVATE_DATA: ReadonlyMap<string, (codecPrivate: Uint8Array) => Uint8Array> = new Map([
  ['mp3', (own: Uint8Array) => (own.length === 0 ? MP3_DATA : own)],
  // The bodies of `dac3` and `dec3` repeat what the samples say.
  ['ac3', () => NO_DATA],
  ['eac3', () => NO_DATA],
])
