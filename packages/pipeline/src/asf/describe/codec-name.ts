import { STREAM_TYPE, WEB_STREAM_SUBTYPE } from '../guid/stream-guids'
import type { StreamProperties } from '../header/stream-properties'
import { AUDIO_NAMES, VIDEO_NAMES } from '../stream/codec-tags'

/** Lower-case name of a stream's codec; the FOURCC or `tag 0x…` where it has none; for other kinds what they hold. */
export const codecName = ({ audio, video, file, kind, type }: StreamProperties): string => {
  if (audio !== undefined) return AUDIO_NAMES.get(audio.tag) ?? `tag 0x${audio.tag.toString(16).padStart(4, '0')}`
  if (video !== undefined) return VIDEO_NAMES.get(video.fourcc.toUpperCase()) ?? video.fourcc
  // Each object of a JFIF stream is one JPEG file.
  if (type === STREAM_TYPE.Jfif) return 'mjpeg'
  if (type === STREAM_TYPE.DegradableJpeg) return 'degradable-jpeg'
  if (type === STREAM_TYPE.EncryptedCommand) return 'encrypted-command'
  if (file?.subType === WEB_STREAM_SUBTYPE) return 'web-stream'
  return kind === 'audio' || kind === 'video' ? 'unknown' : kind
}
