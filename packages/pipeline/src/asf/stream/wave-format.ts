import { readU16, readU32 } from '../bytes/read-little-endian'
import { writeU16, writeU32 } from '../bytes/write-little-endian'

/** The audio form of a stream's type-specific data (WAVEFORMATEX). */
export interface WaveFormat {
  /** The format tag; for the extensible form the one that its sub-format GUID begins with. */
  readonly tag: number
  readonly channels: number
  readonly sampleRate: number
  readonly bytesPerSecond: number
  readonly blockAlign: number
  readonly bitsPerSample: number
  /** The bytes after `cbSize`, and in the extensible form after the sub-format GUID. */
  readonly privateData: Uint8Array
}

const SHORTEST = 16
const WITH_SIZE = 18
const EXTENSIBLE = 0xfffe
/** Valid bits, channel mask and sub-format GUID in front of the private data. */
const EXTENSIBLE_BYTES = 22
const SUB_FORMAT_AT = WITH_SIZE + 6

/** Reads the structure; the old 16-byte form without `cbSize` too. Undefined when it is shorter. */
export const parseWaveFormat = (bytes: Uint8Array): WaveFormat | undefined => {
  if (bytes.length < SHORTEST) return undefined
  const size = bytes.length < WITH_SIZE ? 0 : Math.min(readU16(bytes, SHORTEST), bytes.length - WITH_SIZE)
  const extensible = readU16(bytes, 0) === EXTENSIBLE && size >= EXTENSIBLE_BYTES
  const privateFrom = WITH_SIZE + (extensible ? EXTENSIBLE_BYTES : 0)
  return {
    tag: readU16(bytes, extensible ? SUB_FORMAT_AT : 0),
    channels: readU16(bytes, 2),
    sampleRate: readU32(bytes, 4),
    bytesPerSecond: readU32(bytes, 8),
    blockAlign: readU16(bytes, 12),
    bitsPerSample: readU16(bytes, 14),
    privateData: bytes.subarray(privateFrom, WITH_SIZE + size),
  }
}

/** The structure with `cbSize`, never in the extensible form. */
export const waveFormatBytes = (format: WaveFormat): Uint8Array => {
  const { privateData } = format
  const bytes = new Uint8Array(WITH_SIZE + privateData.length)
  writeU16(bytes, 0, format.tag)
  writeU16(bytes, 2, format.channels)
  writeU32(bytes, 4, format.sampleRate)
  writeU32(bytes, 8, format.bytesPerSecond)
  writeU16(bytes, 12, format.blockAlign)
  writeU16(bytes, 14, format.bitsPerSample)
  writeU16(bytes, SHORTEST, privateData.length)
  bytes.set(privateData, WITH_SIZE)
  return bytes
}
