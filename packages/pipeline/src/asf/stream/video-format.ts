import { readI32, readU16, readU32 } from '../bytes/read-little-endian'
import { writeU16, writeU32 } from '../bytes/write-little-endian'

/** The video form of a stream's type-specific data (BITMAPINFOHEADER and the encoded size before it). */
export interface VideoFormat {
  readonly width: number
  readonly height: number
  /** Four characters as they stand in the file; bytes outside ASCII as `\x..`. */
  readonly fourcc: string
  readonly bitCount: number
  readonly privateData: Uint8Array
}

const FORMAT_SIZE_AT = 9
const BITMAP_AT = 11
const BITMAP_BYTES = 40
const FOURCC_AT = BITMAP_AT + 16
/** Reserved flags, which always say this. */
const ENCODED_IMAGE = 2
const ONE_PLANE = 1

/** Reads the structure. Undefined when the bitmap header does not fit. */
export const parseVideoFormat = (bytes: Uint8Array): VideoFormat | undefined => {
  if (bytes.length < BITMAP_AT + BITMAP_BYTES) return undefined
  const width = Math.abs(readI32(bytes, BITMAP_AT + 4))
  const height = Math.abs(readI32(bytes, BITMAP_AT + 8))
  const stated = Math.min(readU16(bytes, FORMAT_SIZE_AT), readU32(bytes, BITMAP_AT))
  const privateAt = BITMAP_AT + BITMAP_BYTES
  const length = Math.max(0, Math.min(stated - BITMAP_BYTES, bytes.length - privateAt))
  return {
    width: width === 0 ? readU32(bytes, 0) : width,
    height: height === 0 ? readU32(bytes, 4) : height,
    fourcc: fourccText(bytes.subarray(FOURCC_AT, FOURCC_AT + 4)),
    bitCount: readU16(bytes, BITMAP_AT + 14),
    privateData: bytes.subarray(privateAt, privateAt + length),
  }
}

const fourccText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  ).join('')

/** `fourcc` in ASCII. */
export const videoFormatBytes = ({ width, height, fourcc, bitCount, privateData }: VideoFormat): Uint8Array => {
  const bitmapBytes = BITMAP_BYTES + privateData.length
  const bytes = new Uint8Array(BITMAP_AT + bitmapBytes)
  writeU32(bytes, 0, width)
  writeU32(bytes, 4, height)
  bytes[8] = ENCODED_IMAGE
  writeU16(bytes, FORMAT_SIZE_AT, bitmapBytes)
  writeU32(bytes, BITMAP_AT, bitmapBytes)
  writeU32(bytes, BITMAP_AT + 4, width)
  writeU32(bytes, BITMAP_AT + 8, height)
  writeU16(bytes, BITMAP_AT + 12, ONE_PLANE)
  writeU16(bytes, BITMAP_AT + 14, bitCount)
  bytes.set(Buffer.from(fourcc, 'latin1').subarray(0, 4), FOURCC_AT)
  bytes.set(privateData, BITMAP_AT + BITMAP_BYTES)
  return bytes
}

/** The structure with other private data; all else stays, what is unknown too. @param bytes a whole structure. */
export const withPrivateData = (bytes: Uint8Array, privateData: Uint8Array): Uint8Array => {
  const privateAt = BITMAP_AT + BITMAP_BYTES
  const changed = new Uint8Array(privateAt + privateData.length)
  changed.set(bytes.subarray(0, privateAt))
  changed.set(privateData, privateAt)
  writeU16(changed, FORMAT_SIZE_AT, BITMAP_BYTES + privateData.length)
  writeU32(changed, BITMAP_AT, BITMAP_BYTES + privateData.length)
  return changed
}
