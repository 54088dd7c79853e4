import { createCipheriv, type KeyObject } from 'node:crypto'

import { AES_BLOCK, startCounterStream } from './counter-mode'
import { gatherSpans, throughSpans, type Spans } from './spans'

/** AES-128 in counter mode for many samples, most of them small. */
export interface CounterBatch {
  /**
   * XORs the keystream that starts at a counter block onto pieces of `bytes`, at the latest when {@link CounterBatch.flush}
   * returns. Nothing else may touch the pieces until then.
   *
   * @param iv 16 bytes, big-endian; the low 64 bits count and wrap without carry. They are copied.
   */
  readonly add: (bytes: Uint8Array, iv: Uint8Array, spans: Spans) => void
  readonly flush: () => void
}

/** Of more bytes than this a cipher of their own is faster. */
const LARGE = 8 * 1024
/** Bytes that are worked on at once: what the cipher gives for them is had from memory that is there already. */
const ROOM = 16 * 1024
const WORDS = AES_BLOCK / 4
const LONG = 8

/** Bytes in reverse, for counters are big-endian and so are words nowhere that this runs. */
const reversed = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

/** Counter blocks from one on, the low 64 bits modulo 2^64. */
const writeCounters = (counters: Int32Array, first: number, blocks: number, start: Int32Array): void => {
  const [a = 0, b = 0] = start
  let high = reversed(start[2] ?? 0)
  let low = reversed(start[3] ?? 0)
  for (let at = first * WORDS; at < (first + blocks) * WORDS; at += WORDS) {
    counters[at] = a
    counters[at + 1] = b
    counters[at + 2] = reversed(high)
    counters[at + 3] = reversed(low)
    low = (low + 1) | 0
    if (low === 0) high = (high + 1) | 0
  }
}

/** What came from the cipher in words of 8 bytes; it may lie at any place. */
const longsOf = (bytes: Uint8Array): BigUint64Array =>
  bytes.byteOffset % LONG === 0
    ? new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / LONG)
    : new BigUint64Array(new Uint8Array(bytes).buffer)

/** Pieces that wait for their keystream, in columns: an object for each would be the dearest part of a small sample. */
interface Waiting {
  readonly bytes: Uint8Array[]
  readonly at: number[]
  readonly length: number[]
  /** Where they lie together. */
  readonly from: number[]
}

const wait = (waiting: Waiting, bytes: Uint8Array, { at, length }: Spans, from: number): void => {
  let to = from
  for (let piece = 0; piece < at.length; piece += 1) {
    waiting.bytes.push(bytes)
    waiting.at.push(at[piece] ?? 0)
    waiting.length.push(length[piece] ?? 0)
    waiting.from.push(to)
    to += length[piece] ?? 0
  }
}

const putBack = ({ bytes, at, length, from }: Waiting, together: Uint8Array): void => {
  for (let piece = 0; piece < bytes.length; piece += 1) {
    const start = from[piece] ?? 0
    bytes[piece]?.set(together.subarray(start, start + (length[piece] ?? 0)), at[piece] ?? 0)
  }
  for (const column of [bytes, at, length, from]) column.length = 0
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
  const together = new Uint8Array(ROOM)
  const longs = new BigUint64Array(together.buffer)
  const start = new Int32Array(WORDS)
  const startBytes = new Uint8Array(start.buffer)
  const waiting: Waiting = { bytes: [], at: [], length: [], from: [] }
  let blocks = 0
  const flush = (): void => {
    if (blocks === 0) return
    const used = blocks * AES_BLOCK
    const keystream = longsOf(cipher.update(counterBytes.subarray(0, used)))
    for (let at = 0; at < used / LONG; at += 1) longs[at] = (longs[at] ?? 0n) ^ (keystream[at] ?? 0n)
    putBack(waiting, together)
    keystream.fill(0n)
    together.fill(0, 0, used)
    blocks = 0
  }
  return {
    add: (bytes, iv, spans) => {
      if (spans.total === 0) return
      if (spans.total > LARGE) {
        throughSpans(bytes, spans, startCounterStream(key, iv).apply)
        return
      }
      const more = Math.ceil(spans.total / AES_BLOCK)
      if ((blocks + more) * AES_BLOCK > ROOM) flush()
      startBytes.set(iv)
      writeCounters(counters, blocks, more, start)
      gatherSpans(bytes, spans, together, blocks * AES_BLOCK)
      wait(waiting, bytes, spans, blocks * AES_BLOCK)
      blocks += more
    },
    flush,
  }
}
