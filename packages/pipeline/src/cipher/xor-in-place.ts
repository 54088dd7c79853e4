/** XORs keystream onto bytes where they lie. It works by words of 8 bytes, wherever the bytes begin. */
export interface XorInPlace {
  /** XORs `length` bytes of `keystream` from `from` on onto those of `bytes` from `at` on. */
  readonly apply: (bytes: Uint8Array, at: number, length: number, keystream: Uint8Array, from: number) => void
  /** Wipes what it kept of keystreams, and lets go of the bytes it worked on last. */
  readonly wipe: () => void
}

const LONG = 8
/** Shifts stand for divisions by 8 here: these keep whole numbers whole for the machine too. */
const LONG_BITS = 3

/** All whole words of the memory that the bytes lie in. */
const longsAround = ({ buffer }: Uint8Array): BigUint64Array => new BigUint64Array(buffer, 0, buffer.byteLength >>> LONG_BITS)

const xorBytes = (bytes: Uint8Array, at: number, end: number, mask: Uint8Array, from: number): void => {
  for (let [n, m] = [at, from]; n < end; n += 1, m += 1) bytes[n] = (bytes[n] ?? 0) ^ (mask[m] ?? 0)
}

const xorLongs = (longs: BigUint64Array, at: number, mask: BigUint64Array, from: number, end: number): void => {
  for (let [n, m] = [at, from]; m < end; n += 1, m += 1) longs[n] = (longs[n] ?? 0n) ^ (mask[m] ?? 0n)
}

/**
 * One for many pieces, best one after the other of the same bytes: a view of their memory is made when they change.
 *
 * @param longest the most bytes of one call.
 */
export const createXorInPlace = (longest: number): XorInPlace => {
  // Keystream that is moved to lie across words as the bytes do.
  const moved = new Uint8Array(longest + LONG)
  const mask = new BigUint64Array(moved.buffer, 0, moved.length >>> LONG_BITS)
  let known: Uint8Array = moved
  let longs: BigUint64Array = mask
  return {
    apply: (bytes, at, length, keystream, from) => {
      if (bytes !== known) {
        known = bytes
        longs = longsAround(bytes)
      }
      const place = bytes.byteOffset + at
      const phase = place & (LONG - 1)
      moved.set(keystream.subarray(from, from + length), phase)
      const first = phase === 0 ? 0 : 1
      const last = (phase + length) >>> LONG_BITS
      const start = at - phase
      const head = Math.min(at + length, start + first * LONG)
      const tail = Math.max(head, start + last * LONG)
      xorBytes(bytes, at, head, moved, phase)
      xorLongs(longs, (place >>> LONG_BITS) + first, mask, first, last)
      xorBytes(bytes, tail, at + length, moved, tail - start)
    },
    wipe: () => {
      moved.fill(0)
      known = moved
      longs = mask
    },
  }
}
