/** The longest key or seed, in bytes. */
const LONGEST_KEY = 64

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** A text without the white space around it. */
export const trimmed = (text: Uint8Array): Uint8Array => {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text[from])) from += 1
  while (to > from && isSpace(text[to - 1])) to -= 1
  return text.subarray(from, to)
}

/** The bytes of a key: hex when every character is a hex digit, else base64. Nothing for any other text. */
export const decodeKey = (text: Uint8Array): Uint8Array<ArrayBuffer> | undefined => decodeDigits(text, HEX) ?? decodeBase64(text)

const HEX = { bits: 4, digits: '0123456789abcdef' }
const BASE64 = { bits: 6, digits: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/' }
const PADDING = 0x3d
const BITS_PER_BYTE = 8

/** The bytes of hex digits in either case; nothing for any other text. */
export const decodeHexKey = (text: Uint8Array): Uint8Array<ArrayBuffer> | undefined => decodeDigits(text, HEX)

const decodeBase64 = (text: Uint8Array): Uint8Array<ArrayBuffer> | undefined => {
  if (text.length % 4 !== 0) return undefined
  let end = text.length
  while (end > 0 && text.length - end < 2 && text[end - 1] === PADDING) end -= 1
  return decodeDigits(text.subarray(0, end), BASE64)
}

const decodeDigits = (
  text: Uint8Array,
  { bits, digits }: { readonly bits: number; readonly digits: string }
): Uint8Array<ArrayBuffer> | undefined => {
  const length = Math.floor((text.length * bits) / BITS_PER_BYTE)
  if (length === 0 || length > LONGEST_KEY || (bits === HEX.bits && text.length % 2 !== 0)) return undefined
  const bytes = new Uint8Array(new ArrayBuffer(length))
  let held = 0
  let value = 0
  let at = 0
  for (const character of text) {
    const digit = digits.indexOf(String.fromCharCode(bits === HEX.bits ? lower(character) : character))
    if (digit < 0) {
      bytes.fill(0)
      return undefined
    }
    value = ((value << bits) | digit) & 0xffff
    held += bits
    if (held < BITS_PER_BYTE) continue
    held -= BITS_PER_BYTE
    bytes[at] = (value >> held) & 0xff
    at += 1
  }
  return bytes
}

const lower = (character: number): number => (character >= 0x41 && character <= 0x46 ? character + 0x20 : character)
