import * as O from 'fp-ts/Option'

/** How a text stands in bytes. */
export type TextForm = 'utf-8' | 'utf-16le'

const BOM = '\ufeff'
const BYTES_PER_UNIT = 2

/** UTF-16 by its byte order mark, or by the zero byte that follows the first letter of every XML text in it. */
const formOf = (bytes: Uint8Array): TextForm =>
  (bytes[0] === 0xff && bytes[1] === 0xfe) || bytes[1] === 0 ? 'utf-16le' : 'utf-8'

/** The text of bytes in UTF-8 or UTF-16 (little-endian), without its byte order mark; nothing for other bytes. */
export const textOfBytes = (bytes: Uint8Array): O.Option<{ readonly text: string; readonly form: TextForm }> => {
  const form = formOf(bytes)
  try {
    return O.some({ text: new TextDecoder(form, { fatal: true }).decode(bytes), form })
  } catch {
    return O.none
  }
}

/** The bytes of a text in UTF-16, little-endian, behind a byte order mark. */
export const utf16 = (text: string): Uint8Array<ArrayBuffer> => {
  const marked = `${BOM}${text}`
  const bytes = new Uint8Array(marked.length * BYTES_PER_UNIT)
  Buffer.from(bytes.buffer).write(marked, 'utf16le')
  return bytes
}
