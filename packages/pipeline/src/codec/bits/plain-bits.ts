/** Reads bits of bytes as they stand, the highest of a byte first. Bits past the end are 0, and remembered. */
export interface PlainBits {
  readonly bytes: Uint8Array
  /** Bits read so far. */
  at: number
  overrun: boolean
}

/** Begins at the first bit. */
export const openPlainBits = (bytes: Uint8Array): PlainBits => ({ bytes, at: 0, overrun: false })

/** Whether something was read past the end. */
export const overran = (bits: PlainBits): boolean => bits.overrun

/** Bits that are still to come. */
export const bitsLeft = (bits: PlainBits): number => bits.bytes.length * 8 - bits.at

/** Reads 0 to 32 bits. */
export const readPlainBits = (bits: PlainBits, count: number): number => {
  if (count > bitsLeft(bits)) {
    bits.overrun = true
    bits.at = bits.bytes.length * 8
    return 0
  }
  let value = 0
  for (let taken = 0; taken < count; taken += 1) {
    const bit = ((bits.bytes[bits.at >> 3] ?? 0) >> (7 - (bits.at & 7))) & 1
    value = value * 2 + bit
    bits.at += 1
  }
  return value
}
