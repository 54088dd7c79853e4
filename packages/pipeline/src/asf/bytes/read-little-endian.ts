const TWO_32 = 0x1_0000_0000

/** Reads two bytes. Bytes past the end count as 0: the caller checks lengths first. */
export const readU16 = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)

/** Reads four bytes as an unsigned number. Bytes past the end count as 0. */
export const readU32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0

/** Reads four bytes as a signed number. */
export const readI32 = (bytes: Uint8Array, at: number): number => readU32(bytes, at) | 0

/**
 * Reads eight bytes. Above 2^53 the number is rounded, which keeps it far beyond every bound that it is compared
 * with.
 */
export const readU64 = (bytes: Uint8Array, at: number): number =>
  readU32(bytes, at + 4) * TWO_32 + readU32(bytes, at)

/** Reads eight bytes without rounding. */
export const readBigU64 = (bytes: Uint8Array, at: number): bigint =>
  (BigInt(readU32(bytes, at + 4)) << 32n) | BigInt(readU32(bytes, at))
