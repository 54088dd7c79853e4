import { createCipheriv, type KeyObject } from 'node:crypto'

import { BLOCK_WORDS, writeCounters } from './counter-blocks'
import { AES_BLOCK } from './counter-mode'

/** The keystream of AES-128 in counter mode at places of a sample, where only a few of its bytes are wanted. */
export interface KeystreamPlaces {
  /**
   * XORs the keystream bytes from place `at` of the stream on onto `length` bytes of `bytes` from `from` on, into `into` at the same
   * offsets.
   *
   * @param iv 16 bytes: the counter block of place 0, big-endian; the low 64 bits count and wrap without carry.
   */
  readonly read: (iv: Uint8Array, at: number, place: { bytes: Uint8Array; from: number; length: number; into: Uint8Array }) => void
  /** Wipes what is kept of keystreams. */
  readonly wipe: () => void
}

/** Blocks made with each call of the cipher: whoever reads a header reads on behind it. */
const BLOCKS_AHEAD = 6

/** The place of a block as two words of a counter. @source docs/reference/content-ciphers.md §2 */
const countOn = (start: Uint32Array, block: number): void => {
  const view = new DataView(start.buffer)
  view.setBigUint64(AES_BLOCK / 2, BigInt.asUintN(64, view.getBigUint64(AES_BLOCK / 2) + BigInt(block)))
}

/** Reads keystreams under one key. */
export const createKeystreamPlaces = (key: KeyObject): KeystreamPlaces => {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const start = new Uint32Array(BLOCK_WORDS)
  const startBytes = new Uint8Array(start.buffer)
  const signed = new Int32Array(start.buffer)
  const counters = new Int32Array(BLOCKS_AHEAD * BLOCK_WORDS)
  const counterBytes = new Uint8Array(counters.buffer)
  const known = new Uint8Array(AES_BLOCK)
  let keystream: Uint8Array = NOTHING
  let first = 0
  const forget = (): void => {
    keystream.fill(0)
    keystream = NOTHING
  }
  const make = (iv: Uint8Array, block: number): void => {
    startBytes.set(iv)
    if (block > 0) countOn(start, block)
    writeCounters(counters, 0, BLOCKS_AHEAD, signed)
    keystream.fill(0)
    keystream = cipher.update(counterBytes)
    known.set(iv)
    first = block
  }
  const byteAt = (iv: Uint8Array, at: number): number => {
    const block = Math.floor(at / AES_BLOCK)
    if (keystream.length === 0 || block < first || block >= first + BLOCKS_AHEAD) make(iv, block)
    return keystream[at - first * AES_BLOCK] ?? 0
  }
  return {
    read: (iv, at, { bytes, from, length, into }) => {
      if (!isSame(iv, known)) forget()
      for (let n = 0; n < length; n += 1) into[from + n] = (bytes[from + n] ?? 0) ^ byteAt(iv, at + n)
    },
    wipe: forget,
  }
}

const NOTHING = new Uint8Array(0)

const isSame = (iv: Uint8Array, known: Uint8Array): boolean => {
  for (let n = 0; n < AES_BLOCK; n += 1) if (iv[n] !== known[n]) return false
  return true
}
