import { failBits, readBits, type BitReader } from './bit-reader'

/** Leading zeros of the longest code: values reach 2^32 - 2. @source ITU-T H.264, 7.2 and 9.1 */
const MOST_ZEROS = 31

/** Reads an unsigned Exp-Golomb code, `ue(v)`. */
export const readUe = (reader: BitReader): number => {
  let zeros = 0
  while (readBits(reader, 1) === 0) {
    if (reader.expected !== undefined) return 0
    zeros += 1
    if (zeros > MOST_ZEROS) {
      failBits(reader, `an Exp-Golomb code with at most ${MOST_ZEROS} zeros in front`, 'more')
      return 0
    }
  }
  return 2 ** zeros - 1 + readBits(reader, zeros)
}

/** Reads an unsigned code whose value has a bound by the specification. */
export const readUeUpTo = (reader: BitReader, most: number, name: string): number => {
  const value = readUe(reader)
  if (value <= most) return value
  failBits(reader, `${name} of at most ${most}`, String(value))
  return 0
}

/** Reads a signed Exp-Golomb code, `se(v)`. */
export const readSe = (reader: BitReader): number => {
  const code = readUe(reader)
  if (code === 0) return 0
  return code % 2 === 1 ? (code + 1) / 2 : -code / 2
}
