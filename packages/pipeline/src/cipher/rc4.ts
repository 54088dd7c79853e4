/** A generator of keystream. It holds one state at a time, so that the next key takes no memory. */
export interface Rc4 {
  /** Starts at the beginning of a key's stream; nothing is discarded. A key has 1 to 256 bytes. */
  readonly start: (key: Uint8Array) => void
  /** XORs the next bytes of the stream onto `bytes`, from `at` up to `end`, where they lie. */
  readonly apply: (bytes: Uint8Array, at: number, end: number) => void
  /** Forgets the key. */
  readonly wipe: () => void
}

const STATES = 256
const MASK = 0xff

/**
 * RC4, which `node:crypto` no longer has. For media that were protected with it, and for nothing new.
 *
 * @source R. Rivest, 1987, as first published in 1994; test vectors RFC 6229
 */
export const createRc4 = (): Rc4 => {
  const state = new Int32Array(STATES)
  let [i, j] = [0, 0]
  return {
    start: (key) => {
      for (let n = 0; n < STATES; n += 1) state[n] = n
      let [mixed, at] = [0, 0]
      for (let n = 0; n < STATES; n += 1) {
        const value = state[n] ?? 0
        mixed = (mixed + value + (key[at] ?? 0)) & MASK
        state[n] = state[mixed] ?? 0
        state[mixed] = value
        at = at + 1 === key.length ? 0 : at + 1
      }
      i = 0
      j = 0
    },
    apply: (bytes, at, end) => {
      let [x, y] = [i, j]
      for (let n = at; n < end; n += 1) {
        x = (x + 1) & MASK
        const left = state[x] ?? 0
        y = (y + left) & MASK
        const right = state[y] ?? 0
        state[x] = right
        state[y] = left
        bytes[n] = (bytes[n] ?? 0) ^ (state[(left + right) & MASK] ?? 0)
      }
      i = x
      j = y
    },
    wipe: () => {
      state.fill(0)
      i = 0
      j = 0
    },
  }
}
