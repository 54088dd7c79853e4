const ID_BYTES = 16
const ID_TEXT = /^[0-9a-f]{32}$/

/**
 * Turns a key ID or system ID into the 16 bytes that stand in a box, in text order.
 *
 * @param text 32 lower-case hex digits.
 * @errors Throws `RangeError` for any other text: ids are decoded at the edge, so this is a mistake of the caller.
 */
export const idBytes = (text: string): Uint8Array => {
  if (!ID_TEXT.test(text)) throw new RangeError('an id must be 32 lower-case hex digits')
  return Uint8Array.from({ length: ID_BYTES }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16)
  )
}

/** Spells bytes of a box as lower-case hex, in the order in which they stand. */
export const hexText = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
