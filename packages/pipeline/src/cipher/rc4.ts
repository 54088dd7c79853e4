const STATES = 256
const MASK = 0xff

/** One state for every key: each call begins with a new one and wipes it at its end. */
const state = new Int32Array(STATES)
const schedule = (key: Uint8Array): void => {
  for (let n = 0; n < STATES; n += 1) state[n] = n
  let [mixed, at] = [0, 0]
  for (let n = 0; n < STATES; n += 1) {
    const value = state[n] ?? 0
    mixed = (mixed + value + (key[at] ?? 0)) & MASK
    state[n] = state[mixed] ?? 0
    state[mixed] = value
    at = at + 1 === key.length ? 0 : at + 1
  }
}

/** The place of the second pointer after `steps` steps from the beginning, whose bytes are thrown away. */
const discard = (steps: number): number => {
  let y = 0
  for (let step = 1; step <= steps; step += 1) {
    const left = state[step & MASK] ?? 0
    y = (y + left) & MASK
    state[step & MASK] = state[y] ?? 0
    state[y] = left
  }
  return y
}

/**
 * XORs the stream of a key onto words of 4 bytes as they lie in memory. RC4 is what `node:crypto` no longer has; it is
 * for media that were protected with it, and for nothing new.
 *
 * @param key 1 to 256 bytes.
 * @param count words that are worked on, from the first on.
 * @param discarded bytes of the stream that are thrown away first.
 * @source R. Rivest, 1987, as first published in 1994; test vectors RFC 6229
 */
export const xorRc4 = (key: Uint8Array, words: Int32Array, count: number, discarded = 0): void => {
  schedule(key)
  let x = discarded & MASK
  let y = discard(discarded)
  for (let n = 0; n < count; n += 1) {
    // The step for one byte is written out four times: as a loop or a function it takes a fifth longer.
    x = (x + 1) & MASK
    let left = state[x] ?? 0
    y = (y + left) & MASK
    let right = state[y] ?? 0
    state[x] = right
    state[y] = left
    let number = state[(left + right) & MASK] ?? 0
    x = (x + 1) & MASK
    left = state[x] ?? 0
    y = (y + left) & MASK
    right = state[y] ?? 0
    state[x] = right
    state[y] = left
    number |= (state[(left + right) & MASK] ?? 0) << 8
    x = (x + 1) & MASK
    left = state[x] ?? 0
    y = (y + left) & MASK
    right = state[y] ?? 0
    state[x] = right
    state[y] = left
    number |= (state[(left + right) & MASK] ?? 0) << 16
    x = (x + 1) & MASK
    left = state[x] ?? 0
    y = (y + left) & MASK
    right = state[y] ?? 0
    state[x] = right
    state[y] = left
    number |= (state[(left + right) & MASK] ?? 0) << 24
    words[n] = (words[n] ?? 0) ^ number
  }
  state.fill(0)
}
