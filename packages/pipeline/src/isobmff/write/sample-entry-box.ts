import { ascii, u16, u32, u8 } from './big-endian'
import { box, joined } from './box'
import { AUDIO_OBJECT, esds } from './esds'
import type { Mp4Track } from './mp4-track'
import { protectionInfo } from './protection-info'

const DATA_REFERENCE = 1
/** 72 dpi, 16.16. */
const RESOLUTION = 0x0048_0000
const DEPTH_COLOUR = 0x18
const SAMPLE_BITS = 16
const U16_MAX = 0xffff
/** Below this rate, Layer III is that of MPEG-2. @source ISO/IEC 13818-3, 2.4.2.3 */
const MPEG1_LEAST_RATE = 32_000

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

const audioFields = ({ audio }: Mp4Track): Uint8Array => {
  if (audio === undefined) throw new RangeError('an audio track needs its channels and sample rate')
  // 16.16 has no room for 88.2 kHz and above; readers then take the codec's own rate.
  const rate = audio.sampleRate > U16_MAX ? 0 : audio.sampleRate
  return joined([entryStart(), new Uint8Array(8), u16(audio.channels, SAMPLE_BITS, 0, 0, rate, 0)])
}

const mp3Object = ({ audio }: Mp4Track): number =>
  audio !== undefined && audio.sampleRate < MPEG1_LEAST_RATE ? AUDIO_OBJECT.mpeg2Layer3 : AUDIO_OBJECT.mpeg1Layer3

const configuration = (track: Mp4Track): Uint8Array => {
  const { sampleEntry } = track
  switch (sampleEntry.type) {
    case 'avc1':
      return box('avcC', sampleEntry.avcC)
    case 'mp4a':
      return esds(AUDIO_OBJECT.aac, sampleEntry.bitrate, sampleEntry.audioSpecificConfig)
    case 'mp3':
      return esds(mp3Object(track), sampleEntry.bitrate, u8())
  }
}

/**
 * The sample entry of a track; renamed `encv` or `enca` and with `sinf` appended when the track is protected.
 *
 * @source ISO/IEC 14496-12, 8.5.2 and 12.1.3; ISO/IEC 23001-7, 4.1
 */
export const sampleEntryBox = (track: Mp4Track): Uint8Array => {
  const video = track.sampleEntry.type === 'avc1'
  if (video !== (track.kind === 'video')) throw new RangeError('the sample entry is of another kind than the track')
  const original = video ? 'avc1' : 'mp4a'
  const fields = video ? visualFields(track) : audioFields(track)
  if (track.protection === undefined) return box(original, fields, configuration(track))
  const info = protectionInfo(ascii(original), track.protection)
  return box(video ? 'encv' : 'enca', fields, configuration(track), info)
}
