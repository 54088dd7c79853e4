/**
 * A GUID in text order, upper case with dashes, as in `75B22630-668E-11CF-A6D9-00AA0062CE6C`.
 * On disk the first three fields are little-endian.
 */
export type GuidText = string

/** Bytes of a GUID on disk. */
export const GUID_BYTES = 16

/** Place on disk of each byte of the text. */
const DISK_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
const DASH_BEFORE = new Set([4, 6, 8, 10])

/** Reads 16 bytes in disk order. Bytes past the end count as 0. */
export const readGuid = (bytes: Uint8Array, at: number): GuidText => {
  let text = ''
  for (let index = 0; index < GUID_BYTES; index += 1) {
    if (DASH_BEFORE.has(index)) text += '-'
    text += (bytes[at + (DISK_ORDER[index] ?? 0)] ?? 0).toString(16).padStart(2, '0')
  }
  return text.toUpperCase()
}

/** The 16 bytes in disk order. */
export const guidBytes = (text: GuidText): Uint8Array => {
  const digits = text.replace(/-/g, '')
  const bytes = new Uint8Array(GUID_BYTES)
  DISK_ORDER.forEach((place, index) => {
    bytes[place] = parseInt(digits.slice(index * 2, index * 2 + 2), 16)
  })
  return bytes
}
