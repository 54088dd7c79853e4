const TWO_32 = 0x1_0000_0000

/** Writes the low 16 bits of `value`. */
export const writeU16 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value & 0xff
  bytes[at + 1] = (value >>> 8) & 0xff
}

/** Writes the low 32 bits of `value`. */
export const writeU32 = (bytes: Uint8Array, at: number, value: number): void => {
  bytes[at] = value & 0xff
  bytes[at + 1] = (value >>> 8) & 0xff
  bytes[at + 2] = (value >>> 16) & 0xff
  bytes[at + 3] = (value >>> 24) & 0xff
}

/** Writes a whole number from 0 to 2^53 in eight bytes. */
export const writeU64 = (bytes: Uint8Array, at: number, value: number): void => {
  writeU32(bytes, at, value % TWO_32)
  writeU32(bytes, at + 4, Math.floor(value / TWO_32))
}

/** Writes the low 64 bits of `value`. */
export const writeBigU64 = (bytes: Uint8Array, at: number, value: bigint): void => {
  writeU32(bytes, at, Number(value & 0xffff_ffffn))
  writeU32(bytes, at + 4, Number((value >> 32n) & 0xffff_ffffn))
}
