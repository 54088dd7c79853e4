import { u16, u32, u8 } from './big-endian'
import { fullBox, joined } from './box'

/** Object type indications. @source ISO/IEC 14496-1, table 5 */
export const AUDIO_OBJECT = { aac: 0x40, mpeg2Layer3: 0x69, mpeg1Layer3: 0x6b } as const

const TAG = { es: 3, decoderConfig: 4, decoderSpecific: 5, slConfig: 6 } as const
/** Stream type 5 (audio), not up-stream, reserved bit set. */
const AUDIO_STREAM = 0x15
/** "Predefined: MP4 file". @source ISO/IEC 14496-14, 3.1.2 */
const SL_MP4 = 2
const LENGTH_BITS = 7
const LENGTH_MORE = 0x80

const lengthBytes = (length: number): Uint8Array => {
  const bytes = [length % LENGTH_MORE]
  for (let rest = length >>> LENGTH_BITS; rest > 0; rest >>>= LENGTH_BITS) {
    bytes.unshift(LENGTH_MORE | rest % LENGTH_MORE)
  }
  return u8(...bytes)
}

const descriptor = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const body = joined(parts)
  return joined([u8(tag), lengthBytes(body.length), body])
}

/**
 * The elementary stream descriptor of an `mp4a` entry.
 *
 * @param objectType One of {@link AUDIO_OBJECT}.
 * @param bitrate Bits per second, 0 when unknown.
 * @param specific AudioSpecificConfig for AAC; empty leaves its descriptor out, as MP3 wants it.
 * @source ISO/IEC 14496-14, 5.6.1; ISO/IEC 14496-1, 7.2.6
 */
export const esds = (objectType: number, bitrate: number, specific: Uint8Array): Uint8Array => {
  const config = descriptor(
    TAG.decoderConfig,
    u8(objectType, AUDIO_STREAM),
    u8(0, 0, 0), // size of the decoding buffer: unknown
    u32(bitrate, bitrate),
    ...(specific.length > 0 ? [descriptor(TAG.decoderSpecific, specific)] : [])
  )
  // ES_ID is 0 in a file; the track ID stands in for it.
  return fullBox('esds', 0, 0, descriptor(TAG.es, u16(0), u8(0), config, descriptor(TAG.slConfig, u8(SL_MP4))))
}
