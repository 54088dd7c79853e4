import { readU16, readU32 } from '../bytes/read-little-endian'

/** Bytes of a field by its 2-bit length type. */
export const fieldBytes = (type: number): number => (type === 3 ? 4 : type)

/** Reads a field of its length type; 0 for an absent one. */
export const readField = (bytes: Uint8Array, at: number, type: number): number => {
  if (type === 1) return bytes[at] ?? 0
  if (type === 2) return readU16(bytes, at)
  return type === 3 ? readU32(bytes, at) : 0
}
