/** Words of 4 bytes in a counter block. */
export const BLOCK_WORDS = 4

/** What counting on by one adds to the last word, whose last byte is its highest here: counters are big-endian, words are not. */
const ONE = 1 << 24

const reversed = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)

/**
 * Writes counter blocks from the place of block `first` on. The low 64 bits count and wrap without carry.
 *
 * @param start the four words of the first block as they lie in memory.
 */
export const writeCounters = (counters: Int32Array, first: number, blocks: number, start: Int32Array): void => {
  const a = start[0] ?? 0
  const b = start[1] ?? 0
  let high = start[2] ?? 0
  let low = start[3] ?? 0
  const end = (first + blocks) * BLOCK_WORDS
  let at = first * BLOCK_WORDS
  while (at < end) {
    // Until the last byte has gone round, nothing else counts.
    const roundAt = Math.min(end, at + (0x100 - (low >>> 24)) * BLOCK_WORDS)
    for (; at < roundAt; at += BLOCK_WORDS) {
      counters[at] = a
      counters[at + 1] = b
      counters[at + 2] = high
      counters[at + 3] = low
      low = (low + ONE) | 0
    }
    if (low >>> 24 !== 0) return
    const carried = (reversed(low) + 0x100) | 0
    low = reversed(carried)
    if (carried === 0) high = reversed((reversed(high) + 1) | 0)
  }
}
