import type { StreamProperties } from '../header/stream-properties'
import { AUDIO_NAMES, VIDEO_NAMES } from '../stream/codec-tags'

/** Lower-case name of a stream's codec; the FOURCC or `tag 0x…` where it has none; empty for other kinds. */
export const codecName = ({ audio, video, kind }: StreamProperties): string => {
  if (audio !== undefined) return AUDIO_NAMES.get(audio.tag) ?? `tag 0x${audio.tag.toString(16).padStart(4, '0')}`
  if (video !== undefined) return VIDEO_NAMES.get(video.fourcc.toUpperCase()) ?? video.fourcc
  return kind === 'audio' || kind === 'video' ? 'unknown' : kind
}
