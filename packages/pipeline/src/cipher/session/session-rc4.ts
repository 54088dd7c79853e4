import { createHash } from 'node:crypto'

import { xorRc4 } from '../rc4'

/** Choices that the description of the old SDK leaves open, each with the reading that is used unless another is named. */
export interface SessionReading {
  /** How the salt's 64 bits are laid out for the hash. */
  readonly saltOrder: 'little-endian' | 'big-endian'
  /** Bytes of the digest that are the key. */
  readonly keyBytes: number
  /** Bytes of keystream that are thrown away before the first is used. */
  readonly discarded: number
}

const DIGEST = 20
const SALT = 8
/** Bytes of a number of 32 bits. */
const WORD = 4
const USUAL: SessionReading = { saltOrder: 'little-endian', keyBytes: DIGEST, discarded: 0 }

/** Protection at the border of an import or export. Its own inverse: the same call seals and opens. */
export interface SessionRc4 {
  /** @param salt 0 or more and below 2^64; under one vector each is used for one sample only, which the caller sees to. */
  readonly apply: (sample: Uint8Array, salt: bigint) => void
  /** Forgets the vector. */
  readonly wipe: () => void
}

/**
 * The legacy profile: each sample under RC4 with SHA-1 of vector and salt as its key (IM-18, EX-15).
 *
 * @param iv of any length; it is as secret as a key. It stays the caller's.
 * @source docs/reference/content-ciphers.md §3
 */
export const sessionRc4 = (iv: Uint8Array, reading: SessionReading = USUAL): SessionRc4 => {
  const salted = new Uint8Array(iv.length + SALT)
  salted.set(iv)
  const view = new DataView(salted.buffer)
  return {
    apply: (sample, salt) => {
      view.setBigUint64(iv.length, salt, reading.saltOrder === 'little-endian')
      const digest = createHash('sha1').update(salted).digest()
      const words = new Int32Array(Math.ceil(sample.length / WORD))
      const bytes = new Uint8Array(words.buffer)
      bytes.set(sample)
      xorRc4(digest.subarray(0, reading.keyBytes), words, words.length, reading.discarded)
      sample.set(bytes.subarray(0, sample.length))
      bytes.fill(0)
      digest.fill(0)
    },
    wipe: () => {
      salted.fill(0)
    },
  }
}
