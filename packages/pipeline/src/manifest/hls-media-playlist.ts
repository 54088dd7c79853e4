import { fileReference } from './file-reference'
import { hlsKeysOf } from './hls-keys'
import { hlsTag, quoted } from './hls-tag'
import type { ByteRange, PresentationSegment, PresentationTrack } from './presentation'

/** Needed for `EXT-X-MAP` outside of I-frame playlists (6) and SAMPLE-AES in fragmented MP4. @source RFC 8216, 7 */
export const HLS_VERSION = 7
const LEAST_TARGET = 1
const DECIMALS = 6

const byteRange = ({ offset, size }: ByteRange): string => `${size}@${offset}`

const secondsOf = (track: PresentationTrack, segment: PresentationSegment): number =>
  segment.duration / track.timescale

/**
 * The target duration of all playlists, as the variants of a presentation must have the same: no segment of any is longer.
 *
 * @returns whole seconds.
 * @source RFC 8216, 4.3.3.1 and 6.2.4
 */
export const targetDuration = (tracks: ReadonlyArray<PresentationTrack>): number =>
  tracks
    .flatMap((track) => track.segments.map((segment) => Math.ceil(secondsOf(track, segment))))
    .reduce((most, seconds) => Math.max(most, seconds), LEAST_TARGET)

const segmentLines = (track: PresentationTrack, reference: string): ReadonlyArray<string> =>
  track.segments.flatMap((segment) => [
    `#EXTINF:${secondsOf(track, segment).toFixed(DECIMALS)},`,
    `#EXT-X-BYTERANGE:${byteRange(segment)}`,
    reference,
  ])

/**
 * The playlist of one track. Keys stand behind the map: they are for samples, the header is clear.
 *
 * @param target seconds, as `targetDuration` tells it of all tracks.
 * @errors Throws `RangeError` for a key that cannot be written.
 * @source RFC 8216, 4.3
 */
export const hlsMediaPlaylist = (track: PresentationTrack, target: number): string => {
  const reference = fileReference(track.file)
  return [
    '#EXTM3U',
    `#EXT-X-VERSION:${HLS_VERSION}`,
    `#EXT-X-TARGETDURATION:${target}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    hlsTag('EXT-X-MAP', [quoted('URI', reference), quoted('BYTERANGE', byteRange(track.init))]),
    ...hlsKeysOf(track).map((attributes) => hlsTag('EXT-X-KEY', attributes)),
    ...segmentLines(track, reference),
    '#EXT-X-ENDLIST',
    '',
  ].join('\n')
}
