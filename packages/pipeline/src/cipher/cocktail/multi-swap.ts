/**
 * A check sum over words of 8 bytes that can be undone for the last one. All numbers are 32 bits, and a word is two of them
 * in an array, the low half first.
 */
export interface MultiSwap {
  /** Low half of the last sum. */
  low: number
  /** High half. */
  high: number
  /** Sums up the words that the first `count` numbers make. */
  readonly sum: (numbers: Int32Array, count: number) => void
  /** Writes the word at `at` that would have turned the last sum into this one. */
  readonly undo: (low: number, high: number, numbers: Int32Array, at: number) => void
  /** Forgets the key words. */
  readonly wipe: () => void
}

/** Words of the key; half of them for each half of a word. */
export const KEY_WORDS = 12
const HALF = KEY_WORDS / 2
const LAST = HALF - 1
const HALF_WORD_BITS = 16
const NEWTON_STEPS = 5

/** The two halves of 16 bits change places. */
const swapped = (word: number): number => (word << HALF_WORD_BITS) | (word >>> HALF_WORD_BITS)

/** Of an odd number, modulo 2^32. An odd number is its own inverse modulo 8, and each step doubles the bits that are right. */
const inverse = (word: number): number => {
  let found = word
  for (let step = 0; step < NEWTON_STEPS; step += 1) found = Math.imul(found, 2 - Math.imul(word, found))
  return found
}

/** Written out: as a loop it takes half as long again. */
const mix = (key: Int32Array, from: number, word: number): number => {
  let value = Math.imul(word, key[from] ?? 0)
  value = Math.imul(swapped(value), key[from + 1] ?? 0)
  value = Math.imul(swapped(value), key[from + 2] ?? 0)
  value = Math.imul(swapped(value), key[from + 3] ?? 0)
  value = Math.imul(swapped(value), key[from + 4] ?? 0)
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
    sum: (numbers, count) => {
      let [low, high] = [0, 0]
      for (let at = 0; at < count; at += 2) {
        const first = mix(key, 0, ((numbers[at] ?? 0) + low) | 0)
        low = mix(key, HALF, ((numbers[at + 1] ?? 0) + first) | 0)
        high = (high + first + low) | 0
      }
      swap.low = low
      swap.high = high
    },
    undo: (low, high, numbers, at) => {
      const first = (high - low - swap.high) | 0
      numbers[at] = (unmix(key, inverses, 0, first) - swap.low) | 0
      numbers[at + 1] = (unmix(key, inverses, HALF, low) - first) | 0
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
