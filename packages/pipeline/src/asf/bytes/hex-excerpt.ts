const LONGEST = 16

/** Shows at most 16 bytes for a message, as pairs of hex digits; `end of input` where there are none. */
export const hexExcerpt = (bytes: Uint8Array, from = 0, length = LONGEST): string => {
  const shown = bytes.subarray(from, from + Math.min(length, LONGEST))
  if (shown.length === 0) return 'end of input'
  return Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
