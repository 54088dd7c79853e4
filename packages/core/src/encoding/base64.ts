import * as O from 'fp-ts/Option'

/** The padded base64 text of bytes. @source RFC 4648, section 4 */
export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

/**
 * The bytes of a padded base64 text, or nothing unless encoding them again gives exactly this text. White space is left
 * out first, because texts in XML are broken into lines. The array has memory of its own.
 */
export const decodeBase64 = (text: string): O.Option<Uint8Array<ArrayBuffer>> => {
  const compact = text.replace(/[ \t\r\n]+/g, '')
  const padding = compact.endsWith('==') ? 2 : Number(compact.endsWith('='))
  const bytes = new Uint8Array(Math.max(0, (compact.length / 4) * 3 - padding))
  if (compact.length % 4 !== 0) return O.none
  const written = Buffer.from(bytes.buffer).write(compact, 'base64')
  return written === bytes.length && base64(bytes) === compact ? O.some(bytes) : O.none
}
