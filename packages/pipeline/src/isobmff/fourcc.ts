const FOURCC_CHARACTERS = 4
const PRINTABLE_FIRST = 0x20
const PRINTABLE_END = 0x7f

/** A box type as the number that its four bytes make, most significant first. */
export const fourcc = (text: string): number =>
  [...text].reduce((sum, character) => ((sum << 8) | character.charCodeAt(0)) >>> 0, 0)

/** Spells a box type; bytes that cannot be printed become `?`, so that the text is safe to show. */
export const fourccText = (bytes: Uint8Array, at: number): string => {
  let text = ''
  for (let index = at; index < at + FOURCC_CHARACTERS; index += 1) {
    const byte = bytes[index] ?? 0
    text += byte >= PRINTABLE_FIRST && byte < PRINTABLE_END ? String.fromCharCode(byte) : '?'
  }
  return text
}
