import * as O from 'fp-ts/Option'

const DIGITS_PER_BYTE = 2
const LOWER_CASE_DIGITS = /^(?:[0-9a-f]{2})*$/

/** Bytes as lower-case hex digits. */
export const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

/** The bytes of lower-case hex digits, or nothing for any other text. The array has memory of its own. */
export const decodeHex = (text: string): O.Option<Uint8Array<ArrayBuffer>> => {
  if (!LOWER_CASE_DIGITS.test(text)) return O.none
  const bytes = new Uint8Array(text.length / DIGITS_PER_BYTE)
  Buffer.from(bytes.buffer).write(text, 'hex')
  return O.some(bytes)
}
