import type { TrackDescription } from '../../media/media-description'
import type { DrawnBytes } from './drawn-bytes'
import type { MadeSample } from './made-media'

const RATE = 48_000
const FRAME = 1024
const UNITS_PER_SECOND = 10_000_000

/** AAC-LC, 48 kHz, stereo. @source ISO/IEC 14496-3, 1.6.2.1 */
const CONFIG = Uint8Array.of(0x11, 0x90)

/** Frames of a track, whose bytes are whatever was drawn: nothing in a pipeline looks into sound. */
export const madeSound = (track: number, sizes: ReadonlyArray<number>, bytes: DrawnBytes): ReadonlyArray<MadeSample> =>
  sizes.map((size, index) => {
    const time = timeOf(index)
    return { track, time, decodeTime: time, duration: timeOf(index + 1) - time, key: true, content: bytes.take(size) }
  })

const timeOf = (frame: number): number => Math.round((frame * FRAME * UNITS_PER_SECOND) / RATE)

/** How such a track is described. */
export const soundTrack = (number: number): TrackDescription => ({
  number,
  kind: 'audio',
  codec: 'aac',
  codecPrivate: CONFIG,
  averageFrameTime: 0,
  audio: { channels: 2, sampleRate: RATE },
  encrypted: false,
  bitrate: 128_000,
})
