import { ascii, u32, u8 } from './big-endian'

const HEADER_BYTES = 8
const TYPE_CHARACTERS = 4

/** Joins byte runs into one. */
export const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * A box around its parts: size and type in front.
 * For boxes of the header, written once; fragments are written in place.
 *
 * @source ISO/IEC 14496-12, 4.2
 */
export const box = (type: string, ...parts: ReadonlyArray<Uint8Array>): Uint8Array => {
  if (type.length !== TYPE_CHARACTERS) throw new RangeError('a box type has four characters')
  const size = parts.reduce((sum, part) => sum + part.length, HEADER_BYTES)
  return joined([u32(size), ascii(type), ...parts])
}

/** A box whose body begins with a version and 24 flag bits. */
export const fullBox = (
  type: string,
  version: number,
  flags: number,
  ...parts: ReadonlyArray<Uint8Array>
): Uint8Array => box(type, u8(version), u32(flags).subarray(1), ...parts)
