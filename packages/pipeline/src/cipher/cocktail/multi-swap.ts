/** A check sum over 8-byte words that can be undone for the last one. All numbers are 32 bits; words are little-endian. */
export interface MultiSwap {
  /** Low half of the state; zero at the beginning of a unit. */
  low: number
  /** High half. */
  high: number
  /** Takes in the word at `at`. */
  readonly take: (bytes: Uint8Array, at: number) => void
  /** Writes the word to `at` that would have turned the state into this one. */
  readonly undo: (low: number, high: number, bytes: Uint8Array, at: number) => void
  /** Forgets the key words. */
  readonly wipe: () => void
}

/** Words of the key; half of them for each half of a word. */
export const KEY_WORDS = 12
const HALF = KEY_WORDS / 2
const LAST = HALF - 1
const WORD = 4
const HALF_WORD_BITS = 16
const BYTE = 8
const NEWTON_STEPS = 5

const readWord = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) |
  ((bytes[at + 1] ?? 0) << BYTE) |
  ((bytes[at + 2] ?? 0) << (2 * BYTE)) |
  ((bytes[at + 3] ?? 0) << (3 * BYTE))

const writeWord = (bytes: Uint8Array, at: number, word: number): void => {
  bytes[at] = word
  bytes[at + 1] = word >>> BYTE
  bytes[at + 2] = word >>> (2 * BYTE)
  bytes[at + 3] = word >>> (3 * BYTE)
}

/** The two halves of 16 bits change places. */
const swapped = (word: number): number => (word << HALF_WORD_BITS) | (word >>> HALF_WORD_BITS)

/** Of an odd number, modulo 2^32. An odd number is its own inverse modulo 8, and each step doubles the bits that are right. */
const inverse = (word: number): number => {
  let found = word
  for (let step = 0; step < NEWTON_STEPS; step += 1) found = Math.imul(found, 2 - Math.imul(word, found))
  return found
}

const mix = (key: Int32Array, from: number, word: number): number => {
  let value = Math.imul(word, key[from] ?? 0)
  for (let n = from + 1; n < from + LAST; n += 1) value = Math.imul(swapped(value), key[n] ?? 0)
  return (value + (key[from + LAST] ?? 0)) | 0
}

const unmix = (key: Int32Array, inverses: Int32Array, from: number, word: number): number => {
  let value = (word - (key[from + LAST] ?? 0)) | 0
  for (let n = from + LAST - 1; n > from; n -= 1) value = swapped(Math.imul(value, inverses[n] ?? 0))
  return Math.imul(value, inverses[from] ?? 0)
}

/**
 * A check sum that has taken nothing in yet.
 *
 * @param words twelve odd numbers of 32 bits.
 * @source docs/reference/content-ciphers.md §1.4
 */
export const createMultiSwap = (words: Int32Array): MultiSwap => {
  const key = Int32Array.from(words)
  const inverses = key.map(inverse)
  const swap: MultiSwap = {
    low: 0,
    high: 0,
    take: (bytes, at) => {
      const first = mix(key, 0, (readWord(bytes, at) + swap.low) | 0)
      const second = mix(key, HALF, (readWord(bytes, at + WORD) + first) | 0)
      swap.high = (swap.high + first + second) | 0
      swap.low = second
    },
    undo: (low, high, bytes, at) => {
      const first = (high - low - swap.high) | 0
      writeWord(bytes, at, (unmix(key, inverses, 0, first) - swap.low) | 0)
      writeWord(bytes, at + WORD, (unmix(key, inverses, HALF, low) - first) | 0)
    },
    wipe: () => {
      key.fill(0)
      inverses.fill(0)
      swap.low = 0
      swap.high = 0
    },
  }
  return swap
}
