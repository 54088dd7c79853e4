import type { AudioFormat, MediaDescription, TrackDescription } from '../../media/media-description'
import type { AsfHeader, AsfStream } from '../header/asf-header'
import type { WaveFormat } from '../stream/wave-format'
import { codecName } from './codec-name'

const UNITS_PER_MILLISECOND = 10_000

/** Says in the words of every container what stands in front of the packets. */
export const describeAsf = (header: AsfHeader): MediaDescription => {
  const { file, description } = header
  const title = description?.title ?? ''
  return {
    container: 'asf',
    duration: file.broadcast
      ? undefined
      : Math.max(0, file.playDuration - file.preroll * UNITS_PER_MILLISECOND),
    ...(title !== '' && { title }),
    tracks: header.streams.map(describeStream),
    protection: header.protection,
  }
}

const describeStream = (stream: AsfStream): TrackDescription => {
  const { number, kind, audio, video, image, encrypted, bitrate, extended, language } = stream
  const picture = video ?? image
  return {
    number,
    kind,
    codec: codecName(stream),
    codecPrivate: audio?.privateData ?? video?.privateData ?? new Uint8Array(),
    ...(picture && { video: { width: picture.width, height: picture.height } }),
    ...(audio && { audio: formatOf(audio) }),
    encrypted,
    bitrate,
    averageFrameTime: extended?.averageFrameTime ?? 0,
    ...(language !== undefined && { language }),
  }
}

const formatOf = ({ channels, sampleRate, blockAlign, bitsPerSample }: WaveFormat): AudioFormat => ({
  channels,
  sampleRate,
  ...(blockAlign > 0 && { blockAlign }),
  ...(bitsPerSample > 0 && { bitsPerSample }),
})
