import { fileReference } from './file-reference'
import { hlsTag, quoted } from './hls-tag'
import type { ByteRange, PresentationSegment, PresentationTrack } from './presentation'

/** Needed for `EXT-X-MAP` outside of I-frame playlists (6) and SAMPLE-AES in fragmented MP4. @source RFC 8216, 7 */
export const HLS_VERSION = 7
const LEAST_TARGET = 1
const DECIMALS = 6

const byteRange = ({ offset, size }: ByteRange): string => `${size}@${offset}`

const secondsOf = (track: PresentationTrack, segment: PresentationSegment): number =>
  segment.duration / track.timescale

const targetDuration = (track: PresentationTrack): number =>
  track.segments.reduce((most, segment) => Math.max(most, Math.ceil(secondsOf(track, segment))), LEAST_TARGET)

const segmentLines = (track: PresentationTrack, reference: string): ReadonlyArray<string> =>
  track.segments.flatMap((segment) => [
    `#EXTINF:${secondsOf(track, segment).toFixed(DECIMALS)},`,
    `#EXT-X-BYTERANGE:${byteRange(segment)}`,
    reference,
  ])

/**
 * The playlist of one track. Keys stand behind the map: they are for samples, the header is clear.
 *
 * @errors Throws `RangeError` for a key attribute that cannot be written.
 * @source RFC 8216, 4.3
 */
export const hlsMediaPlaylist = (track: PresentationTrack): string => {
  const reference = fileReference(track.file)
  const keys = track.protection?.hls ?? []
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    `#EXT-X-TARGETDURATION:${targetDuration(track)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    hlsTag('EXT-X-MAP', [quoted('URI', reference), quoted('BYTERANGE', byteRange(track.init))]),
    ...keys.map(({ attributes }) => hlsTag('EXT-X-KEY', attributes)),
    ...segmentLines(track, reference),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}
