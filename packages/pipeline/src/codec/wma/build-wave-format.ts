import type { AudioFormat } from '../../media/media-description'

/** What a WAVEFORMATEX says of a stream. */
export interface WaveFields {
  /** Format tag. */
  readonly tag: number
  readonly audio: AudioFormat
  /** Bits per second. */
  readonly bitrate: number
  readonly privateData: Uint8Array
}

const BYTES = 18
const SAMPLE_BITS = 16

/** A WAVEFORMATEX, little-endian, with its private data behind. @source mmreg.h of the Windows SDK */
export const buildWaveFormat = ({ tag, audio, bitrate, privateData }: WaveFields): Uint8Array => {
  const bytes = new Uint8Array(BYTES + privateData.length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, tag, true)
  view.setUint16(2, audio.channels, true)
  view.setUint32(4, audio.sampleRate, true)
  view.setUint32(8, Math.ceil(bitrate / 8), true)
  view.setUint16(12, audio.blockAlign ?? 0, true)
  view.setUint16(14, audio.bitsPerSample ?? SAMPLE_BITS, true)
  view.setUint16(16, privateData.length, true)
  bytes.set(privateData, BYTES)
  return bytes
}
