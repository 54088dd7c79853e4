const STATES = 256
const MASK = 0xff

/**
 * One state for every key: each call begins with a new one and wipes it at its end. The compiler knows this array when it
 * compiles, which an array for each key would cost a third of the speed.
 */
const state = new Int32Array(STATES)
let x = 0
let y = 0

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
  x = 0
  y = 0
}

const nextByte = (): number => {
  x = (x + 1) & MASK
  const left = state[x] ?? 0
  y = (y + left) & MASK
  const right = state[y] ?? 0
  state[x] = right
  state[y] = left
  return state[(left + right) & MASK] ?? 0
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
  for (let n = 0; n < discarded; n += 1) nextByte()
  for (let n = 0; n < count; n += 1) {
    words[n] = (words[n] ?? 0) ^ (nextByte() | (nextByte() << 8) | (nextByte() << 16) | (nextByte() << 24))
  }
  state.fill(0)
  x = 0
  y = 0
}
