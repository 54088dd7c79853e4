import { open, type FileHandle } from 'node:fs/promises'
import { secretFromBytes, type Secret } from '@custody/core/secret'
import * as TE from 'fp-ts/TaskEither'

import { failure, type CommandFailure } from '../failure/command-failure'
import { EXIT } from '../failure/exit-code'

/** The longest text of a key file: hex of 64 bytes, with room for white space. */
const LONGEST = 256

const STANDARD_INPUT = '-'

/** The longest key or seed, in bytes. */
const LONGEST_KEY = 64

/**
 * Reads a key or a seed from a file, or from standard input for `-`: hex or base64 text with white space around it.
 * The text is never a string in memory: it is decoded byte by byte and wiped.
 *
 * @errors Exit 4 for a file that cannot be read, 3 for one that is no key.
 */
export const readKeyFile = (path: string): TE.TaskEither<CommandFailure, Secret> =>
  TE.tryCatch(
    async () => {
      const text = new Uint8Array(new ArrayBuffer(LONGEST + 1))
      try {
        const length = await readInto(path, text)
        const bytes = length > LONGEST ? undefined : decodeKey(trimmed(text.subarray(0, length)))
        if (bytes === undefined) throw NOT_A_KEY
        return secretFromBytes(bytes)
      } finally {
        text.fill(0)
      }
    },
    (error) =>
      error === NOT_A_KEY
        ? failure(EXIT.badInput, `${path}: at byte 0: expected a key as hex or base64, found something else`)
        : failure(EXIT.outside, `cannot read ${path}: ${codeOf(error)}`)
  )

const NOT_A_KEY = new Error('not a key')

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN'

const readInto = (path: string, into: Uint8Array): Promise<number> =>
  path === STANDARD_INPUT ? readStandardInput(into) : readFileInto(path, into)

const readFileInto = async (path: string, into: Uint8Array): Promise<number> => {
  const file: FileHandle = await open(path, 'r')
  try {
    let filled = 0
    while (filled < into.length) {
      const { bytesRead } = await file.read(into, filled, into.length - filled, null)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  } finally {
    await file.close()
  }
}

/** Through the stream, as standard input may be a file, a pipe, a socket or a terminal; what Node buffered is wiped. */
const readStandardInput = async (into: Uint8Array): Promise<number> => {
  let filled = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    const part = chunk.subarray(0, into.length - filled)
    into.set(part, filled)
    filled += part.length
    chunk.fill(0)
    if (filled === into.length) break
  }
  return filled
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const trimmed = (text: Uint8Array): Uint8Array => {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text[from])) from += 1
  while (to > from && isSpace(text[to - 1])) to -= 1
  return text.subarray(from, to)
}

/** Hex when every character is a hex digit, else base64. */
const decodeKey = (text: Uint8Array): Uint8Array<ArrayBuffer> | undefined => decodeDigits(text, HEX) ?? decodeBase64(text)

const HEX = { bits: 4, digits: '0123456789abcdef' }
const BASE64 = { bits: 6, digits: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/' }
const PADDING = 0x3d
const BITS_PER_BYTE = 8

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
    if (digit < 0) return undefined
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
