import { dashBandwidth } from './bandwidth'
import { channelConfiguration } from './channel-configuration'
import { contentProtection } from './content-protection'
import { fileReference } from './file-reference'
import { isoDuration } from './iso-duration'
import { languageTag } from './language-tag'
import { mpdNamespaces } from './mpd-namespaces'
import type { ByteRange, Presentation, PresentationTrack, PresentationVideo, Ratio } from './presentation'
import { segmentTimeline } from './segment-timeline'
import type { XmlElement } from './xml-element'
import { writableXml, writeXml } from './xml-writer'

const MPD_NAMESPACE = 'urn:mpeg:dash:schema:mpd:2011'
/** Lists of segments are not in the smaller profiles. @source ISO/IEC 23009-1, 8.5 */
const PROFILE = 'urn:mpeg:dash:profile:isoff-main:2011'
/** @source ISO/IEC 23009-1, 5.8.5.5 */
const ROLE = 'urn:mpeg:dash:role:2011'
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

/** @source ISO/IEC 23009-1, 5.3.7.2, FrameRateType and RatioType */
const ratioText = ({ numerator, denominator }: Ratio, between: '/' | ':'): string =>
  between === '/' && denominator === 1 ? String(numerator) : `${numerator}${between}${denominator}`

const pictureAttributes = ({ width, height, frameRate, sampleAspect }: PresentationVideo): Readonly<Record<string, string>> => ({
  ...(width > 0 && height > 0 ? { width: String(width), height: String(height) } : {}),
  ...(sampleAspect === undefined ? {} : { sar: ratioText(sampleAspect, ':') }),
  ...(frameRate === undefined ? {} : { frameRate: ratioText(frameRate, '/') }),
})

const mediaAttributes = ({ video, audio }: PresentationTrack): Readonly<Record<string, string>> => ({
  ...(video === undefined ? {} : pictureAttributes(video)),
  ...(audio !== undefined && audio.sampleRate > 0 ? { audioSamplingRate: String(audio.sampleRate) } : {}),
})

const representation = (track: PresentationTrack, id: string, buffer: number): XmlElement => ({
  name: 'Representation',
  attributes: {
    id,
    codecs: track.codecs,
    bandwidth: String(dashBandwidth(track, buffer)),
    ...mediaAttributes(track),
  },
  children: [
    ...channelConfiguration(track),
    { name: 'BaseURL', children: [fileReference(track.file)] },
    segmentList(track),
  ],
})

/** Which of several is meant to be played, unless the user chooses: the first of its kind. */
const role = (tracks: ReadonlyArray<PresentationTrack>, track: PresentationTrack): ReadonlyArray<XmlElement> => {
  const like = tracks.filter(({ kind }) => kind === track.kind)
  if (like.length < 2) return []
  return [{ name: 'Role', attributes: { schemeIdUri: ROLE, value: like[0] === track ? 'main' : 'alternate' } }]
}

const adaptationSet = (
  track: PresentationTrack,
  index: number,
  { tracks, buffer }: { readonly tracks: ReadonlyArray<PresentationTrack>; readonly buffer: number }
): XmlElement => {
  const lang = languageTag(track.language)
  return {
    name: 'AdaptationSet',
    attributes: {
      id: String(index),
      contentType: track.kind,
      mimeType: track.mime,
      ...(lang === undefined ? {} : { lang }),
      segmentAlignment: 'true',
      startWithSAP: '1',
    },
    children: [
      ...contentProtection(track.protection),
      ...role(tracks, track),
      representation(track, `${track.kind}-${index}`, buffer),
    ],
  }
}

const longestSegment = ({ tracks }: Presentation): number =>
  tracks
    .flatMap(({ segments, timescale }) => segments.map(({ duration }) => duration / timescale))
    .reduce((longest, seconds) => Math.max(longest, seconds), LEAST_BUFFER)

const programInformation = (title: string | undefined): ReadonlyArray<XmlElement> =>
  title === undefined
    ? []
    : [{ name: 'ProgramInformation', children: [{ name: 'Title', children: [writableXml(title)] }] }]

/**
 * Writes the DASH manifest of an export: static, one period, one adaptation set a track, segments by byte range.
 *
 * @errors Throws `RangeError` for text that XML forbids, an undeclared prefix in a system's elements, or
 * numbers that make no range or duration.
 * @source ISO/IEC 23009-1, 5.3
 */
export const buildMpd = (presentation: Presentation): string => {
  const { tracks, title, duration } = presentation
  const buffer = longestSegment(presentation)
  return writeXml({
    name: 'MPD',
    attributes: {
      xmlns: MPD_NAMESPACE,
      ...mpdNamespaces(presentation),
      profiles: PROFILE,
      type: 'static',
      mediaPresentationDuration: isoDuration(duration),
      minBufferTime: isoDuration(buffer),
    },
    children: [
      ...programInformation(title),
      {
        name: 'Period',
        attributes: { id: '0', start: 'PT0S' },
        children: tracks.map((track, index) => adaptationSet(track, index, { tracks, buffer })),
      },
    ],
  })
}
