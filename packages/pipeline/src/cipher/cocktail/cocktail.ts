import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

import { createRc4, type Rc4 } from '../rc4'
import { createMultiSwap, KEY_WORDS, type MultiSwap } from './multi-swap'

/** Bytes of the key that the parts of the cipher are made of. */
export const CIPHER_KEY = 20
const RC4_KEY = 12
const WORD = 8
const HALF_WORD = 4
/** Shorter units are padded over. */
const SHORT = 16
const SCHEDULE = 64
const MASK_IN = KEY_WORDS * 4
const MASK_OUT = MASK_IN + WORD

/** The classic content cipher of Windows Media, under one key. Both directions work where the bytes lie; lengths stay. */
export interface Cocktail {
  /** @param bytes holds the unit from `at` up to `end`. */
  readonly encrypt: (bytes: Uint8Array, at?: number, end?: number) => void
  readonly decrypt: (bytes: Uint8Array, at?: number, end?: number) => void
  /** Forgets the key; nothing works afterwards. */
  readonly wipe: () => void
}

/** The parts that a key was made into. */
interface Parts {
  readonly pad: Uint8Array
  readonly rc4: Rc4
  readonly swap: MultiSwap
  readonly maskIn: Uint8Array
  readonly maskOut: Uint8Array
  readonly seal: (word: Uint8Array) => Uint8Array
  readonly open: (word: Uint8Array) => Uint8Array
}

/** DES on one word: OpenSSL has it as triple DES with one key three times. A key's cipher serves for all words. */
const wordCiphers = (key: Uint8Array): Pick<Parts, 'seal' | 'open'> => {
  const threefold = new Uint8Array(3 * WORD)
  for (let part = 0; part < threefold.length; part += WORD) threefold.set(key, part)
  const sealing = createCipheriv('des-ede3-ecb', threefold, null).setAutoPadding(false)
  const opening = createDecipheriv('des-ede3-ecb', threefold, null).setAutoPadding(false)
  threefold.fill(0)
  return { seal: (word) => sealing.update(word), open: (word) => opening.update(word) }
}

const partsOf = (key: Uint8Array): Parts => {
  const rc4 = createRc4()
  const schedule = new Uint8Array(SCHEDULE)
  rc4.start(key.subarray(0, RC4_KEY))
  rc4.apply(schedule, 0, SCHEDULE)
  const view = new DataView(schedule.buffer)
  const words = Int32Array.from({ length: KEY_WORDS }, (_, n) => view.getInt32(n * 4, true) | 1)
  const swap = createMultiSwap(words)
  const [maskIn, maskOut] = [schedule.slice(MASK_IN, MASK_OUT), schedule.slice(MASK_OUT)]
  schedule.fill(0)
  words.fill(0)
  // A copy by construction: `slice` of a Buffer is a view.
  const pad = new Uint8Array(key.subarray(0, SHORT - 1))
  return { pad, rc4, swap, maskIn, maskOut, ...wordCiphers(key.subarray(RC4_KEY, CIPHER_KEY)) }
}

const xor = (bytes: Uint8Array, at: number, mask: Uint8Array, length: number): void => {
  for (let n = 0; n < length; n += 1) bytes[at + n] = (bytes[at + n] ?? 0) ^ (mask[n] ?? 0)
}

/** Where the last whole word of a unit begins. */
const lastWord = (at: number, end: number): number => at + Math.floor((end - at) / WORD) * WORD - WORD

const sumUp = ({ swap }: Parts, bytes: Uint8Array, at: number, end: number): void => {
  swap.low = 0
  swap.high = 0
  for (let word = at; word < end; word += WORD) swap.take(bytes, word)
}

const encrypt = (parts: Parts, packetKey: Uint8Array, bytes: Uint8Array, at: number, end: number): void => {
  const last = lastWord(at, end)
  sumUp(parts, bytes, at, last + WORD)
  const view = new DataView(packetKey.buffer)
  view.setInt32(0, parts.swap.high, true)
  view.setInt32(HALF_WORD, parts.swap.low, true)
  parts.rc4.start(packetKey)
  parts.rc4.apply(bytes, at, end)
  xor(packetKey, 0, parts.maskIn, WORD)
  bytes.set(parts.seal(packetKey), last)
  xor(bytes, last, parts.maskOut, WORD)
}

const decrypt = (parts: Parts, packetKey: Uint8Array, bytes: Uint8Array, at: number, end: number): void => {
  const last = lastWord(at, end)
  packetKey.set(bytes.subarray(last, last + WORD))
  xor(packetKey, 0, parts.maskOut, WORD)
  const opened = parts.open(packetKey)
  packetKey.set(opened)
  opened.fill(0)
  xor(packetKey, 0, parts.maskIn, WORD)
  parts.rc4.start(packetKey)
  parts.rc4.apply(bytes, at, end)
  sumUp(parts, bytes, at, last)
  const view = new DataView(packetKey.buffer)
  parts.swap.undo(view.getInt32(HALF_WORD, true), view.getInt32(0, true), bytes, last)
}

/**
 * The cipher under the 20 bytes that a content key is made into.
 *
 * **Its unit is the data of one payload**, a fragment of a media object, or one sub-payload of a compressed payload: what
 * is encrypted as one unit opens as one unit only. It has no sign of a wrong key; the header's checksum is there for that.
 * The same unit under the same key gives the same bytes.
 *
 * @param key its 20 bytes stay the caller's. Throws `RangeError` for another length.
 * @source docs/reference/content-ciphers.md §1
 */
export const cocktailUnder = (key: Uint8Array): Cocktail => {
  if (key.length !== CIPHER_KEY) throw new RangeError(`a cipher key has ${String(CIPHER_KEY)} bytes`)
  const parts = partsOf(key)
  const packetKey = new Uint8Array(WORD)
  const either =
    (work: typeof encrypt) =>
    (bytes: Uint8Array, at = 0, end = bytes.length): void => {
      if (end - at < SHORT) {
        xor(bytes, at, parts.pad, end - at)
        return
      }
      work(parts, packetKey, bytes, at, end)
      packetKey.fill(0)
    }
  return {
    encrypt: either(encrypt),
    decrypt: either(decrypt),
    wipe: () => {
      parts.rc4.wipe()
      parts.swap.wipe()
      for (const bytes of [parts.pad, parts.maskIn, parts.maskOut, packetKey]) bytes.fill(0)
    },
  }
}

/**
 * The cipher under a content key of 7 bytes, or of any other length that a header states: SHA-1 makes it into the
 * cipher's own.
 *
 * @param contentKey stays the caller's.
 */
export const openCocktail = (contentKey: Uint8Array): Cocktail => {
  const key = createHash('sha1').update(contentKey).digest()
  try {
    return cocktailUnder(key)
  } finally {
    key.fill(0)
  }
}
