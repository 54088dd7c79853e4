import { createCipheriv, createHash } from 'node:crypto'

const AES = 'aes-128-ctr'
const BLOCK = 16

/** Bytes that look like any others and are the same for the same seed: what a generator drew can be had again. */
export interface DrawnBytes {
  /** Memory of its own. */
  readonly take: (length: number) => Uint8Array
  readonly below: (limit: number) => number
}

/** A stream of bytes from a seed. */
export const drawnBytes = (seed: number | string): DrawnBytes => {
  const key = createHash('sha256').update(`made media ${String(seed)}`).digest().subarray(0, BLOCK)
  const stream = createCipheriv(AES, key, new Uint8Array(BLOCK))
  const take = (length: number): Uint8Array => Uint8Array.from(stream.update(new Uint8Array(length)))
  return {
    take,
    below: (limit) => {
      const [a = 0, b = 0, c = 0] = take(3)
      return (a + b * 0x100 + c * 0x1_0000) % limit
    },
  }
}
