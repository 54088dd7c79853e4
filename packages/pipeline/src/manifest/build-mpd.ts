import { peakBandwidth } from './bandwidth'
import { contentProtection } from './content-protection'
import { fileReference } from './file-reference'
import { isoDuration } from './iso-duration'
import { mpdNamespaces } from './mpd-namespaces'
import type { ByteRange, Presentation, PresentationTrack } from './presentation'
import { segmentTimeline } from './segment-timeline'
import type { XmlElement } from './xml-element'
import { writeXml } from './xml-writer'

const MPD_NAMESPACE = 'urn:mpeg:dash:schema:mpd:2011'
/** Lists of segments are not in the smaller profiles. @source ISO/IEC 23009-1, 8.5 */
const PROFILE = 'urn:mpeg:dash:profile:isoff-main:2011'
/** @source ISO/IEC 23009-1, 5.8.5.4 */
const CHANNELS_SCHEME = 'urn:mpeg:dash:23003:3:audio_channel_configuration:2011'
/** Seconds; what a player holds before it begins, where there are no segments to tell. */
const LEAST_BUFFER = 1

/** Both ends are counted in. @source RFC 9110, 14.1.2 */
const rangeText = ({ offset, size }: ByteRange): string => {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(size) || offset < 0 || size < 1) {
    throw new RangeError('a byte range begins at 0 or later and has a byte at least')
  }
  return `${offset}-${offset + size - 1}`
}

const segmentList = ({ timescale, init, segments }: PresentationTrack): XmlElement => ({
  name: 'SegmentList',
  attributes: { timescale: String(timescale) },
  children: [
    { name: 'Initialization', attributes: { range: rangeText(init) } },
    segmentTimeline(segments),
    ...segments.map((segment) => ({ name: 'SegmentURL', attributes: { mediaRange: rangeText(segment) } })),
  ],
})

const mediaAttributes = ({ video, audio }: PresentationTrack): Readonly<Record<string, string>> => ({
  ...(video === undefined ? {} : { width: String(video.width), height: String(video.height) }),
  ...(audio === undefined ? {} : { audioSamplingRate: String(audio.sampleRate) }),
})

const channels = ({ audio }: PresentationTrack): ReadonlyArray<XmlElement> =>
  audio === undefined
    ? []
    : [
        {
          name: 'AudioChannelConfiguration',
          attributes: { schemeIdUri: CHANNELS_SCHEME, value: String(audio.channels) },
        },
      ]

const representation = (track: PresentationTrack, id: string): XmlElement => ({
  name: 'Representation',
  attributes: {
    id,
    codecs: track.codecs,
    bandwidth: String(peakBandwidth(track)),
    ...mediaAttributes(track),
  },
  children: [
    ...channels(track),
    { name: 'BaseURL', children: [fileReference(track.file)] },
    segmentList(track),
  ],
})

const adaptationSet = (track: PresentationTrack, index: number): XmlElement => ({
  name: 'AdaptationSet',
  attributes: {
    id: String(index),
    contentType: track.kind,
    mimeType: track.mime,
    ...(track.language === undefined ? {} : { lang: track.language }),
    segmentAlignment: 'true',
    startWithSAP: '1',
  },
  children: [...contentProtection(track.protection), representation(track, `${track.kind}-${index}`)],
})

const longestSegment = ({ tracks }: Presentation): number =>
  tracks
    .flatMap(({ segments, timescale }) => segments.map(({ duration }) => duration / timescale))
    .reduce((longest, seconds) => Math.max(longest, seconds), LEAST_BUFFER)

/**
 * Writes the DASH manifest of an export: static, one period, one adaptation set a track, segments by byte range.
 *
 * @errors Throws `RangeError` for text that XML forbids, an undeclared prefix in a system's elements, or
 * numbers that make no range or duration.
 * @source ISO/IEC 23009-1, 5.3
 */
export const buildMpd = (presentation: Presentation): string =>
  writeXml({
    name: 'MPD',
    attributes: {
      xmlns: MPD_NAMESPACE,
      ...mpdNamespaces(presentation),
      profiles: PROFILE,
      type: 'static',
      mediaPresentationDuration: isoDuration(presentation.duration),
      minBufferTime: isoDuration(longestSegment(presentation)),
    },
    children: [
      {
        name: 'Period',
        attributes: { id: '0', start: 'PT0S' },
        children: presentation.tracks.map(adaptationSet),
      },
    ],
  })
