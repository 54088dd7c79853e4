import { ascii, u16, u32 } from './big-endian'
import { box, joined } from './box'
import { writtenEntry } from './entry-forms'
import type { Mp4Track } from './mp4-track'
import { protectionInfo } from './protection-info'

const DATA_REFERENCE = 1
/** 72 dpi, 16.16. */
const RESOLUTION = 0x0048_0000
const DEPTH_COLOUR = 0x18
const SAMPLE_BITS = 16
const U16_MAX = 0xffff

const entryStart = (): Uint8Array => joined([new Uint8Array(6), u16(DATA_REFERENCE)])

const visualFields = ({ video }: Mp4Track): Uint8Array => {
  if (video === undefined) throw new RangeError('a video track needs its width and height')
  return joined([
    entryStart(),
    new Uint8Array(16),
    u16(video.width, video.height),
    u32(RESOLUTION, RESOLUTION, 0),
    u16(1), // pictures in a sample
    new Uint8Array(32), // compressor name: none
    u16(DEPTH_COLOUR, U16_MAX), // the second is the constant −1
  ])
}

const audioFields = ({ audio }: Mp4Track, own: number | undefined): Uint8Array => {
  if (audio === undefined) throw new RangeError('an audio track needs its channels and sample rate')
  const { channels, sampleRate, bitsPerSample = SAMPLE_BITS } = audio
  const stated = own ?? sampleRate
  // 16.16 has no room for 88.2 kHz and above; readers then take the codec's own rate.
  const rate = stated > U16_MAX ? 0 : stated
  return joined([entryStart(), new Uint8Array(8), u16(channels, bitsPerSample, 0, 0, rate, 0)])
}

/**
 * The sample entry of a track; renamed `encv` or `enca` and with `sinf` appended when the track is protected.
 *
 * @source ISO/IEC 14496-12, 8.5.2 and 12.1.3; ISO/IEC 23001-7, 4.1
 */
export const sampleEntryBox = (track: Mp4Track): Uint8Array => {
  const { kind, format, boxes, sampleRate } = writtenEntry(track)
  if (kind !== track.kind) throw new RangeError('the sample entry is of another kind than the track')
  const fields = kind === 'video' ? visualFields(track) : audioFields(track, sampleRate)
  if (track.protection === undefined) return box(format, fields, ...boxes)
  return box(kind === 'video' ? 'encv' : 'enca', fields, ...boxes, protectionInfo(ascii(format), track.protection))
}
