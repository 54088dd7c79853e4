import { createCipheriv } from 'node:crypto'

const BLOCK = 16

/**
 * AES-CTR with a 64-bit block count, one block at a time by ECB: shares nothing with the code under test.
 *
 * @param iv 16 bytes, hex.
 * @param ranges Clear and protected bytes in turn; none: all are protected.
 */
export const independentCtr = (
  key: string,
  iv: string,
  input: Uint8Array,
  ranges: ReadonlyArray<readonly [clear: number, covered: number]> = []
): Uint8Array => {
  const output = input.slice()
  const cipher = createCipheriv('aes-128-ecb', Buffer.from(key, 'hex'), null)
  const high = BigInt(`0x${iv.slice(0, BLOCK)}`)
  const low = BigInt(`0x${iv.slice(BLOCK)}`)
  let used = 0
  let at = 0
  let stream = Buffer.alloc(0)
  for (const [clear, covered] of ranges.length === 0 ? [[0, input.length] as const] : ranges) {
    at += clear
    for (let index = 0; index < covered; index += 1) {
      if (used % BLOCK === 0) {
        const block = Buffer.alloc(BLOCK)
        block.writeBigUInt64BE(high, 0)
        block.writeBigUInt64BE(BigInt.asUintN(64, low + BigInt(used / BLOCK)), 8)
        stream = cipher.update(block)
      }
      output[at] = (output[at] ?? 0) ^ (stream[used % BLOCK] ?? 0)
      used += 1
      at += 1
    }
  }
  return output
}
