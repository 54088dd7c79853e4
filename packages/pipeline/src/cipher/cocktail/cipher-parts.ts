import { createCipheriv, createDecipheriv } from 'node:crypto'

import { xorRc4 } from '../rc4'
import { createMultiSwap, KEY_WORDS, type MultiSwap } from './multi-swap'

/** Bytes of the key that the parts of the cipher are made of. */
export const CIPHER_KEY = 20
/** Bytes of a word, and of a unit's own key. */
export const WORD = 8
/** Shorter units are padded over. */
export const SHORT = 16

const RC4_KEY = 12
/** Numbers of 32 bits. */
const SCHEDULE = 16
const MASK_IN = KEY_WORDS * 4
const MASK_OUT = MASK_IN + WORD

/** The parts that a key was made into. */
export interface CipherParts {
  readonly pad: Uint8Array
  readonly swap: MultiSwap
  readonly maskIn: Uint8Array
  readonly maskOut: Uint8Array
  /** The block cipher on any number of words; what comes out is the caller's to wipe. */
  readonly seal: (words: Uint8Array) => Uint8Array
  readonly open: (words: Uint8Array) => Uint8Array
}

/** DES: OpenSSL has it as triple DES with one key three times. A key's cipher serves for all words. */
const wordCiphers = (key: Uint8Array): Pick<CipherParts, 'seal' | 'open'> => {
  const threefold = new Uint8Array(3 * WORD)
  for (let part = 0; part < threefold.length; part += WORD) threefold.set(key, part)
  const sealing = createCipheriv('des-ede3-ecb', threefold, null).setAutoPadding(false)
  const opening = createDecipheriv('des-ede3-ecb', threefold, null).setAutoPadding(false)
  threefold.fill(0)
  return { seal: (words) => sealing.update(words), open: (words) => opening.update(words) }
}

/**
 * Makes the parts of a key.
 *
 * @param key {@link CIPHER_KEY} bytes; they stay the caller's.
 * @source docs/reference/content-ciphers.md §1.2
 */
export const partsOf = (key: Uint8Array): CipherParts => {
  const schedule = new Int32Array(SCHEDULE)
  xorRc4(key.subarray(0, RC4_KEY), schedule, SCHEDULE)
  const words = schedule.subarray(0, KEY_WORDS).map((word) => word | 1)
  const swap = createMultiSwap(words)
  const bytes = new Uint8Array(schedule.buffer)
  const [maskIn, maskOut] = [bytes.slice(MASK_IN, MASK_OUT), bytes.slice(MASK_OUT)]
  bytes.fill(0)
  words.fill(0)
  // A copy by construction: `slice` of a Buffer is a view.
  const pad = new Uint8Array(key.subarray(0, SHORT - 1))
  return { pad, swap, maskIn, maskOut, ...wordCiphers(key.subarray(RC4_KEY, CIPHER_KEY)) }
}

/** Forgets the key; what OpenSSL keeps of it goes with the parts. */
export const wipeParts = ({ swap, pad, maskIn, maskOut }: CipherParts): void => {
  swap.wipe()
  for (const bytes of [pad, maskIn, maskOut]) bytes.fill(0)
}
