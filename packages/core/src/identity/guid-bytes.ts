/** Bytes of a GUID or key ID. */
export const GUID_LENGTH = 16

/** Places in text order of the bytes at each place in GUID order: the first three fields are little-endian. */
const SWAPPED = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const

/**
 * Turns 16 bytes in text order into the little-endian fields of a GUID structure, and back: the swap undoes itself.
 *
 * @source PlayReady Header Specification, "KID"; RFC 9562 section 4 for the text order
 */
export const swapGuidBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  if (bytes.length !== GUID_LENGTH) throw new RangeError(`a GUID has ${GUID_LENGTH} bytes, not ${bytes.length}`)
  return Uint8Array.from(SWAPPED, (place) => bytes[place] ?? 0)
}
