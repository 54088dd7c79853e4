import { createCipheriv, type KeyObject } from 'node:crypto'

/** Bytes of an AES block, and of the key of AES-128. */
export const AES_BLOCK = 16

/** The second half of the counter block counts. */
const COUNTED_FROM = 8

const LOW_BLOCK_LIMIT = 1n << 64n

/**
 * A keystream of AES-128 in counter mode that runs on over several calls, as over the protected ranges of one sample.
 *
 * The low 64 bits of the counter block count 16-byte blocks and wrap without carry into the high 64 bits. OpenSSL carries
 * over all 128 bits, so a stream that reaches the wrap goes on with a fresh cipher at zero.
 *
 * @source docs/reference/content-ciphers.md §2 and §4
 */
export interface CounterStream {
  /** The next bytes of the stream, XORed with `input`, in a fresh buffer that the caller wipes when it holds clear bytes. */
  readonly apply: (input: Uint8Array) => Uint8Array
}

/** Whether the low 64 bits are so near their end that a stream could get there: 2^49 blocks. */
const maySoonWrap = (iv: Uint8Array): boolean => iv[COUNTED_FROM] === 0xff && (iv[COUNTED_FROM + 1] ?? 0) >= 0xfe

/**
 * Starts a keystream at block 0 of an 8-byte id, or at a 16-byte counter block.
 *
 * @param iv 16 bytes: the counter block of the first keystream block, big-endian. Used now and not kept.
 */
export const startCounterStream = (key: KeyObject, iv: Uint8Array): CounterStream => {
  const first = createCipheriv('aes-128-ctr', key, iv)
  if (!maySoonWrap(iv)) return { apply: (input) => first.update(input) }
  // A copy with memory of its own: the caller writes the next sample's into the same column.
  const counter = new Uint8Array(iv.subarray(0, AES_BLOCK))
  const blocksToWrap = LOW_BLOCK_LIMIT - new DataView(counter.buffer).getBigUint64(COUNTED_FROM)
  return wrappingStream(key, counter, { first, bytesToWrap: Number(blocksToWrap) * AES_BLOCK })
}

const wrappingStream = (
  key: KeyObject,
  counter: Uint8Array,
  { first, bytesToWrap }: { first: { update: (data: Uint8Array) => Uint8Array }; bytesToWrap: number }
): CounterStream => {
  let cipher = first
  let left = bytesToWrap
  return {
    apply: (input) => {
      if (input.length <= left) {
        left -= input.length
        return cipher.update(input)
      }
      const before = cipher.update(input.subarray(0, left))
      const wrapped = new Uint8Array(counter)
      wrapped.fill(0, COUNTED_FROM)
      cipher = createCipheriv('aes-128-ctr', key, wrapped)
      const after = cipher.update(input.subarray(left))
      left = Number.MAX_SAFE_INTEGER
      return joinedAndWiped(before, after)
    },
  }
}

/** The caller wipes what it is given; the parts may be clear too. */
const joinedAndWiped = (before: Uint8Array, after: Uint8Array): Uint8Array => {
  const output = new Uint8Array(new ArrayBuffer(before.length + after.length))
  output.set(before)
  output.set(after, before.length)
  before.fill(0)
  after.fill(0)
  return output
}
