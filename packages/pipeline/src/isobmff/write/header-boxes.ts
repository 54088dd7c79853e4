import { languageCode, packLanguage } from '../language-code'
import { ascii, i32, u16, u32, u64, u8 } from './big-endian'
import { box, fullBox, joined } from './box'
import type { Mp4Track } from './mp4-track'

/** Creation and modification time: not said. */
const NO_TIMES = [0, 0] as const
/** How long the file is stands nowhere in front of its fragments. */
const NO_DURATION = 0
const ONE = 0x0001_0000
/** 1.0 in 8.8. */
const FULL_VOLUME = 0x0100
/** No turning, no scaling; the last number is 2.30. @source ISO/IEC 14496-12, 6.2.2 */
const UNITY = [ONE, 0, 0, 0, ONE, 0, 0, 0, 0x4000_0000] as const
/** Enabled, in the movie, in the preview. @source ISO/IEC 14496-12, 8.3.2 */
const TRACK_FLAGS = 7
const I32_MAX = 0x7fff_ffff
/** A tag that may stand in `elng`; other text, as old containers hold it, is left out. @source RFC 5646, 2.1 */
const TAG = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/

/** `mvhd`: the clock of the whole file. @source ISO/IEC 14496-12, 8.2.2 */
export const movieHeader = ({ timescale, trackId }: Mp4Track): Uint8Array =>
  fullBox(
    'mvhd',
    0,
    0,
    u32(...NO_TIMES, timescale, NO_DURATION, ONE),
    u16(FULL_VOLUME),
    new Uint8Array(10),
    u32(...UNITY),
    new Uint8Array(24),
    u32(trackId + 1) // the next ID that is free
  )

/** `tkhd`: the track's ID, size and volume. @source ISO/IEC 14496-12, 8.3.2 */
export const trackHeader = ({ trackId, kind, video }: Mp4Track): Uint8Array =>
  fullBox(
    'tkhd',
    0,
    TRACK_FLAGS,
    u32(...NO_TIMES, trackId, 0, NO_DURATION),
    new Uint8Array(8),
    u16(0, 0, kind === 'audio' ? FULL_VOLUME : 0, 0),
    u32(...UNITY),
    u16(video?.width ?? 0, 0, video?.height ?? 0, 0) // 16.16
  )

/**
 * The edit list that trims the start of the track; none when nothing is trimmed.
 * A duration of 0 means "to the end" where fragments follow.
 *
 * @source ISO/IEC 14496-12, 8.6.6
 */
export const editBox = ({ edit }: Mp4Track): ReadonlyArray<Uint8Array> => {
  const mediaTime = edit?.mediaTime ?? 0
  if (mediaTime === 0) return []
  const entry =
    mediaTime > I32_MAX ? [u64(0), u64(mediaTime)] : [u32(0), i32(mediaTime)]
  return [box('edts', fullBox('elst', mediaTime > I32_MAX ? 1 : 0, 0, u32(1), ...entry, u32(ONE)))]
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
export const mediaHeaders = (track: Mp4Track): ReadonlyArray<Uint8Array> => {
  const code = languageCode(track.language)
  const tag = track.language ?? code
  return [
    fullBox('mdhd', 0, 0, u32(...NO_TIMES, track.timescale, NO_DURATION), u16(packLanguage(code)), u16(0)),
    handler(track),
    ...(tag !== code && TAG.test(tag) ? [fullBox('elng', 0, 0, ascii(tag), u8(0))] : []),
  ]
}
