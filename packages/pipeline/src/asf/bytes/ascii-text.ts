/** Reads one-byte characters up to the first NUL or the end. */
export const readAscii = (bytes: Uint8Array, from: number, length: number): string => {
  const whole = bytes.subarray(from, from + length)
  const nul = whole.indexOf(0)
  return Buffer.from(nul < 0 ? whole : whole.subarray(0, nul)).toString('latin1')
}

/** One byte for each character, and the NUL that ASF counts as part of its texts. */
export const asciiBytes = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length + 1 }, (_, index) =>
    index < text.length ? text.charCodeAt(index) & 0xff : 0
  )
