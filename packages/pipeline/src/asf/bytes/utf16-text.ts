import { readU16 } from './read-little-endian'
import { writeU16 } from './write-little-endian'

const PIECE = 4096

/** Reads UTF-16LE up to the first NUL or the end; an odd last byte is left out. */
export const readUtf16 = (bytes: Uint8Array, from: number, length: number): string => {
  const end = Math.min(bytes.length, from + length)
  const pieces: string[] = []
  let units: number[] = []
  for (let at = from; at + 2 <= end; at += 2) {
    const unit = readU16(bytes, at)
    if (unit === 0) break
    units.push(unit)
    if (units.length === PIECE) {
      pieces.push(String.fromCharCode(...units))
      units = []
    }
  }
  return pieces.join('') + String.fromCharCode(...units)
}

/** UTF-16LE with the NUL that ASF counts as part of its texts. */
export const utf16Bytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array((text.length + 1) * 2)
  for (let index = 0; index < text.length; index += 1) writeU16(bytes, index * 2, text.charCodeAt(index))
  return bytes
}
