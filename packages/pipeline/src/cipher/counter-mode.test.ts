import { createCipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'

import { AES_BLOCK, startCounterStream } from './counter-mode'

const vectors = (name: string): unknown =>
  JSON.parse(readFileSync(join(__dirname, '../../../../test/vectors', name), 'utf8'))
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const keyOf = (hex: string): KeyObject => createSecretKey(bytesOf(hex))

interface MceCase {
  readonly note: string
  readonly key: string
  readonly initialCounterBlock: string
  readonly length: number
  readonly plaintext: string
  readonly ciphertext: string
}
const { cases: MCE, count: MCE_COUNT } = vectors('mce-ctr.json') as { cases: ReadonlyArray<MceCase>; count: number }

describe('AES-CTR with a 64-bit block count', () => {
  it('has every vector of the file to prove itself by, the wrap of the count among them', () => {
    expect(MCE).toHaveLength(MCE_COUNT)
    expect(MCE.some(({ initialCounterBlock, length }) => /ffffffffffffff..$/.test(initialCounterBlock) && length > AES_BLOCK)).toBe(true)
  })

  it.each(MCE.map((each, index) => [`${index}: ${each.note}, ${each.length} bytes`, each] as const))('%s', (_, each) => {
    const stream = (): ReturnType<typeof startCounterStream> =>
      startCounterStream(keyOf(each.key), bytesOf(each.initialCounterBlock))
    expect(hexOf(stream().apply(bytesOf(each.plaintext)))).toBe(each.ciphertext)
    expect(hexOf(stream().apply(bytesOf(each.ciphertext)))).toBe(each.plaintext)
  })

  it('would fail the vector of the wrap with the carry of OpenSSL', () => {
    const wrong = MCE.filter(({ key, initialCounterBlock, plaintext, ciphertext }) => {
      const carrying = createCipheriv('aes-128-ctr', keyOf(key), bytesOf(initialCounterBlock))
      return hexOf(carrying.update(bytesOf(plaintext))) !== ciphertext
    })
    expect(wrong).toHaveLength(1)
  })
})

interface CencCase {
  readonly id: string
  readonly scheme: string
  readonly key: string
  readonly iv: string
  readonly subsamples: ReadonlyArray<{ readonly clear: number; readonly protected: number }> | null
  readonly plaintext: string
  readonly ciphertext: string
}
const CENC = (vectors('cenc.json') as { groups: ReadonlyArray<{ cases: ReadonlyArray<CencCase> }> }).groups
  .flatMap(({ cases }) => cases)
  .filter(({ scheme }) => scheme === 'cenc')

/** The protected ranges of a sample under one keystream that runs on; the clear ones as they are. */
const throughRanges = ({ key, iv, subsamples }: CencCase, sample: Uint8Array): Uint8Array => {
  const stream = startCounterStream(keyOf(key), bytesOf(iv.padEnd(2 * AES_BLOCK, '0')))
  const output = sample.slice()
  let at = 0
  for (const { clear, protected: covered } of subsamples ?? [{ clear: 0, protected: sample.length }]) {
    at += clear
    output.set(stream.apply(sample.subarray(at, at + covered)), at)
    at += covered
  }
  return output
}

describe('cenc', () => {
  it('has vectors with and without subsamples', () => {
    expect(CENC.some(({ subsamples }) => subsamples === null)).toBe(true)
    expect(CENC.some(({ subsamples }) => (subsamples?.length ?? 0) > 1)).toBe(true)
  })

  it.each(CENC.map((each) => [each.id, each] as const))('%s', (_, each) => {
    expect(hexOf(throughRanges(each, bytesOf(each.plaintext)))).toBe(each.ciphertext)
    expect(hexOf(throughRanges(each, bytesOf(each.ciphertext)))).toBe(each.plaintext)
  })
})

/** Written out block by block with ECB: nothing of the code under test. */
const byHand = (key: KeyObject, iv: Uint8Array, input: Uint8Array): Uint8Array => {
  const high = Buffer.from(iv).readBigUInt64BE(0)
  const low = Buffer.from(iv).readBigUInt64BE(8)
  return input.map((byte, index) => {
    const block = Buffer.alloc(AES_BLOCK)
    block.writeBigUInt64BE(high, 0)
    block.writeBigUInt64BE(BigInt.asUintN(64, low + BigInt(Math.floor(index / AES_BLOCK))), 8)
    const cipher = createCipheriv('aes-128-ecb', key, null).update(block)
    return byte ^ (cipher[index % AES_BLOCK] ?? 0)
  })
}

const sixteen = fc.uint8Array({ minLength: AES_BLOCK, maxLength: AES_BLOCK })
/** Counter blocks a few blocks before the count is at its end, and any other. */
const counters = fc.oneof(
  sixteen,
  fc.tuple(sixteen, fc.integer({ min: 0, max: 6 })).map(([bytes, before]) => {
    const iv = bytes.slice()
    Buffer.from(iv.buffer).writeBigUInt64BE(BigInt.asUintN(64, -1n - BigInt(before)), 8)
    return iv
  })
)

describe('a keystream', () => {
  it('is the same in one go and in parts, and as it is written out by hand, over the wrap too', () => {
    fc.assert(
      fc.property(sixteen, counters, fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 6 }), (keyBytes, iv, parts) => {
        const key = createSecretKey(keyBytes)
        const whole = Uint8Array.from(Buffer.concat(parts))
        const stream = startCounterStream(key, iv)
        const inParts = Buffer.concat(parts.map((part) => stream.apply(part)))
        expect(hexOf(inParts)).toBe(hexOf(startCounterStream(key, iv).apply(whole)))
        expect(hexOf(inParts)).toBe(hexOf(byHand(key, iv, whole)))
      })
    )
  })

  it('does not look at its counter again once it is started', () => {
    const key = keyOf('00'.repeat(16))
    const iv = bytesOf('00'.repeat(8) + 'ff'.repeat(8))
    const input = new Uint8Array(48)
    const wanted = hexOf(byHand(key, iv, input))
    const stream = startCounterStream(key, iv)
    iv.fill(7)
    expect(hexOf(stream.apply(input))).toBe(wanted)
  })

  it('leaves its input alone', () => {
    const input = new Uint8Array(40).fill(3)
    startCounterStream(keyOf('11'.repeat(16)), new Uint8Array(16).fill(0xff)).apply(input)
    expect(input.every((byte) => byte === 3)).toBe(true)
  })
})
