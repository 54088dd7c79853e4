import { languageCode, packLanguage } from '../language-code'
import { ascii, i32, u16, u32, u64, u8 } from './big-endian'
import { box, fullBox, joined } from './box'
import type { Mp4Track } from './mp4-track'

/** Creation and modification time: not said. */
const NO_TIMES = [0, 0] as const
const ONE = 0x0001_0000
/** 1.0 in 8.8. */
const FULL_VOLUME = 0x0100
/** No turning, no scaling; the last number is 2.30. @source ISO/IEC 14496-12, 6.2.2 */
const UNITY = [ONE, 0, 0, 0, ONE, 0, 0, 0, 0x4000_0000] as const
/** Enabled, in the movie, in the preview. @source ISO/IEC 14496-12, 8.3.2 */
const TRACK_FLAGS = 7
const I32_MAX = 0x7fff_ffff
const U32_MAX = 0xffff_ffff
/** A tag that may stand in `elng`; other text, as old containers hold it, is left out. @source RFC 5646, 2.1 */
const TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/

/** What a header says of time. */
export interface TrackTimes {
  /** Units of the movie a second, from its `mvhd`. */
  readonly movieTimescale: number
  /** Sum of the sample durations, units of the track; 0 in front of fragments, where it stands nowhere. */
  readonly duration: number
  /** Units of the track before the first sample is decoded, from which on the track is shown. */
  readonly start: number
}

/** What goes before fragments: nothing is known of them. */
export const beforeFragments = ({ timescale }: Mp4Track): TrackTimes => ({ movieTimescale: timescale, duration: 0, start: 0 })

const inMovie = (units: number, { timescale }: Mp4Track, { movieTimescale }: TrackTimes): number =>
  Math.round((units * movieTimescale) / timescale)

/** How long a track is shown, units of the movie, a pause in front of it included. */
export const shownDuration = (track: Mp4Track, times: TrackTimes): number =>
  times.duration === 0 ? 0 : inMovie(times.start + times.duration - (track.edit?.mediaTime ?? 0), track, times)

/** `mvhd`: the clock of the whole file. @source ISO/IEC 14496-12, 8.2.2 */
export const movieHeader = (timescale: number, duration: number, nextTrackId: number): Uint8Array =>
  fullBox(
    'mvhd',
    0,
    0,
    u32(...NO_TIMES, timescale, duration, ONE),
    u16(FULL_VOLUME),
    new Uint8Array(10),
    u32(...UNITY),
    new Uint8Array(24),
    u32(nextTrackId)
  )

/** `tkhd`: the track's ID, size and volume. @source ISO/IEC 14496-12, 8.3.2 */
export const trackHeader = (track: Mp4Track, times: TrackTimes): Uint8Array => {
  const { trackId, kind, video } = track
  return fullBox(
    'tkhd',
    0,
    TRACK_FLAGS,
    u32(...NO_TIMES, trackId, 0, shownDuration(track, times)),
    new Uint8Array(8),
    u16(0, 0, kind === 'audio' ? FULL_VOLUME : 0, 0),
    u32(...UNITY),
    u16(video?.width ?? 0, 0, video?.height ?? 0, 0) // 16.16
  )
}

/** @param mediaTime −1 for a pause. */
const editRow = (long: boolean, duration: number, mediaTime: number): ReadonlyArray<Uint8Array> =>
  long
    ? [u64(duration), mediaTime < 0 ? u32(U32_MAX, U32_MAX) : u64(mediaTime), u32(ONE)]
    : [u32(duration), i32(mediaTime), u32(ONE)]

/**
 * The edit list that trims the start of the track and lets it begin later; none where it does neither.
 * A duration of 0 means "to the end" where fragments follow.
 *
 * @source ISO/IEC 14496-12, 8.6.6
 */
export const editBox = (track: Mp4Track, times: TrackTimes): ReadonlyArray<Uint8Array> => {
  const mediaTime = track.edit?.mediaTime ?? 0
  if (mediaTime === 0 && times.start === 0) return []
  const pause = inMovie(times.start, track, times)
  const long = mediaTime > I32_MAX
  const shown = Math.max(0, shownDuration(track, times) - pause)
  const rows = [...(pause > 0 ? [editRow(long, pause, -1)] : []), editRow(long, shown, mediaTime)]
  return [box('edts', fullBox('elst', long ? 1 : 0, 0, u32(rows.length), ...rows.flat()))]
}

/** @source ISO/IEC 14496-12, 8.4.2 */
const mediaHeader = ({ timescale, language }: Mp4Track, { duration }: TrackTimes): Uint8Array => {
  const tail = [u16(packLanguage(languageCode(language))), u16(0)]
  return duration > U32_MAX
    ? fullBox('mdhd', 1, 0, u64(0), u64(0), u32(timescale), u64(duration), ...tail)
    : fullBox('mdhd', 0, 0, u32(...NO_TIMES, timescale, duration), ...tail)
}

const handler = ({ kind }: Mp4Track): Uint8Array =>
  fullBox(
    'hdlr',
    0,
    0,
    u32(0),
    ascii(kind === 'video' ? 'vide' : 'soun'),
    new Uint8Array(12),
    joined([ascii(kind === 'video' ? 'VideoHandler' : 'SoundHandler'), u8(0)])
  )

/**
 * `mdhd`, `elng` where the three letters of `mdhd` do not say it all, and `hdlr`.
 *
 * @source ISO/IEC 14496-12, 8.4.2, 8.4.3, 8.4.6
 */
export const mediaHeaders = (track: Mp4Track, times: TrackTimes): ReadonlyArray<Uint8Array> => {
  const code = languageCode(track.language)
  const tag = track.language ?? code
  return [
    mediaHeader(track, times),
    handler(track),
    ...(tag !== code && TAG.test(tag) ? [fullBox('elng', 0, 0, ascii(tag), u8(0))] : []),
  ]
}
