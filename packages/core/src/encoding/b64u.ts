import * as O from 'fp-ts/Option'

const BITS_PER_CHARACTER = 6
const BITS_PER_BYTE = 8

/**
 * The base64url text of bytes, without padding.
 *
 * @source RFC 4648, section 5
 */
export const b64u = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

/**
 * The bytes of a base64url text, or nothing unless encoding them again gives exactly this text: padding, white space,
 * the other alphabet and set bits after the last byte are refused. The array has memory of its own.
 *
 * @source RFC 4648, sections 3.5 and 5
 */
export const decodeB64u = (text: string): O.Option<Uint8Array<ArrayBuffer>> => {
  const bytes = new Uint8Array(Math.floor((text.length * BITS_PER_CHARACTER) / BITS_PER_BYTE))
  const written = Buffer.from(bytes.buffer).write(text, 'base64url')
  return written === bytes.length && b64u(bytes) === text ? O.some(bytes) : O.none
}
