import type { StreamProperties } from '../header/stream-properties'

/** Format tags of audio by their registered number. @source RFC 2361; mmreg.h of the Windows SDK */
const AUDIO: ReadonlyMap<number, string> = new Map([
  [0x000a, 'wmavoice'],
  [0x0055, 'mp3'],
  [0x0160, 'wmav1'],
  [0x0161, 'wmav2'],
  [0x0162, 'wmapro'],
  [0x0163, 'wmalossless'],
  [0x00ff, 'aac'],
  [0x706d, 'aac'],
  [0x4143, 'aac'],
  [0xa106, 'aac'],
])

/** FOURCCs of video in upper case; files write both cases. */
const VIDEO: ReadonlyMap<string, string> = new Map([
  ['WMV1', 'wmv1'],
  ['WMV2', 'wmv2'],
  ['WMV3', 'wmv3'],
  ['WMVA', 'vc1'],
  ['WVC1', 'vc1'],
  ['H264', 'h264'],
  ['X264', 'h264'],
  ['AVC1', 'h264'],
  ['DAVC', 'h264'],
  ['HEVC', 'hevc'],
  ['H265', 'hevc'],
  ['HVC1', 'hevc'],
  ['HEV1', 'hevc'],
])

/** Lower-case name of a stream's codec; the FOURCC or `tag 0x…` where it has none; empty for other kinds. */
export const codecName = ({ audio, video, kind }: StreamProperties): string => {
  if (audio !== undefined) return AUDIO.get(audio.tag) ?? `tag 0x${audio.tag.toString(16).padStart(4, '0')}`
  if (video !== undefined) return VIDEO.get(video.fourcc.toUpperCase()) ?? video.fourcc
  return kind === 'audio' || kind === 'video' ? 'unknown' : kind
}
