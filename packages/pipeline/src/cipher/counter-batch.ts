import { createCipheriv, type KeyObject } from 'node:crypto'

import { BLOCK_WORDS, writeCounters } from './counter-blocks'
import { AES_BLOCK, startCounterStream, type CounterStream } from './counter-mode'
import type { Spans } from './spans'
import { createXorInPlace, type XorInPlace } from './xor-in-place'

/** AES-128 in counter mode for many samples, most of them small. */
export interface CounterBatch {
  /**
   * XORs the keystream that starts at a counter block onto pieces of `bytes`, at the latest when {@link CounterBatch.flush}
   * returns. Nothing else may touch the pieces until then. What is made on the way is not wiped: one keystream at least must
   * lie on the pieces before or after, unless they may be clear.
   *
   * @param iv 16 bytes, big-endian; the low 64 bits count and wrap without carry. They are copied.
   * @param spans The pieces; all of `bytes` where they are left out.
   */
  readonly add: (bytes: Uint8Array, iv: Uint8Array, spans?: Spans) => void
  readonly flush: () => void
}

/** Of more bytes than this a cipher of their own is faster. */
const LARGE = 8 * 1024
/** Bytes of keystream made at once: a call of the cipher costs as much as some KiB of what it does. */
const ROOM = 64 * 1024

/** Pieces that wait for their keystream, in columns: an object for each would be the dearest part of a small sample. */
interface Waiting {
  readonly bytes: Uint8Array[]
  readonly at: number[]
  readonly length: number[]
  /** Where their keystream begins. */
  readonly from: number[]
  /** Rows in use; those behind are of an earlier turn and only keep the room. */
  count: number
}

const wait = (waiting: Waiting, bytes: Uint8Array, spans: Spans | undefined, from: number): void => {
  let to = from
  let row = waiting.count
  if (spans === undefined) {
    waiting.bytes[row] = bytes
    waiting.at[row] = 0
    waiting.length[row] = bytes.length
    waiting.from[row] = to
    waiting.count = row + 1
    return
  }
  const { at, length } = spans
  for (let piece = 0; piece < at.length; piece += 1) {
    const bytesOfPiece = length[piece] ?? 0
    waiting.bytes[row] = bytes
    waiting.at[row] = at[piece] ?? 0
    waiting.length[row] = bytesOfPiece
    waiting.from[row] = to
    to += bytesOfPiece
    row += 1
  }
  waiting.count = row
}

const applyAll = (waiting: Waiting, keystream: Uint8Array, { apply }: XorInPlace): void => {
  const { bytes, at, length, from, count } = waiting
  for (let row = 0; row < count; row += 1) {
    const onto = bytes[row]
    if (onto !== undefined) apply(onto, at[row] ?? 0, length[row] ?? 0, keystream, from[row] ?? 0)
  }
  // The memory of samples is let go of; numbers hold nothing.
  bytes.length = 0
  waiting.count = 0
}

/**
 * Piece by piece: nothing is put together first, and what the cipher gives need not be wiped. Whoever adds a keystream protects
 * by it, or takes it off what is protected by another one.
 */
const applyLarge = (bytes: Uint8Array, spans: Spans | undefined, { apply }: CounterStream): void => {
  if (spans === undefined) {
    bytes.set(apply(bytes))
    return
  }
  const { at, length } = spans
  for (let piece = 0; piece < at.length; piece += 1) {
    const from = at[piece] ?? 0
    bytes.set(apply(bytes.subarray(from, from + (length[piece] ?? 0))), from)
  }
}

/**
 * Collects pieces and makes their keystream with one call of the cipher in electronic codebook mode: a cipher for each sample
 * costs several times what a small sample itself does.
 *
 * @source docs/reference/content-ciphers.md §2 and §4; NIST SP 800-38A, 6.5
 */
export const createCounterBatch = (key: KeyObject): CounterBatch => {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false)
  const counters = new Int32Array(ROOM / 4)
  const counterBytes = new Uint8Array(counters.buffer)
  const start = new Int32Array(BLOCK_WORDS)
  const startBytes = new Uint8Array(start.buffer)
  const waiting: Waiting = { bytes: [], at: [], length: [], from: [], count: 0 }
  const xor = createXorInPlace(LARGE)
  let blocks = 0
  const apply = (): void => {
    const keystream = cipher.update(counterBytes.subarray(0, blocks * AES_BLOCK))
    applyAll(waiting, keystream, xor)
    keystream.fill(0)
    blocks = 0
  }
  return {
    add: (bytes, iv, spans) => {
      const total = spans === undefined ? bytes.length : spans.total
      if (total === 0) return
      if (total > LARGE) {
        applyLarge(bytes, spans, startCounterStream(key, iv))
        return
      }
      const more = Math.ceil(total / AES_BLOCK)
      if ((blocks + more) * AES_BLOCK > ROOM) apply()
      startBytes.set(iv)
      writeCounters(counters, blocks, more, start)
      wait(waiting, bytes, spans, blocks * AES_BLOCK)
      blocks += more
    },
    flush: () => {
      if (blocks > 0) apply()
      xor.wipe()
    },
  }
}
