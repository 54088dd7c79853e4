import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { unwrapKey, wrapKey } from './key-wrap'
import { secretEquals, secretFromBytes, type Secret } from './secret'

const secret = (hex: string): Secret => secretFromBytes(Uint8Array.from(Buffer.from(hex, 'hex')))
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const KEK_128 = '000102030405060708090a0b0c0d0e0f'
const KEK_256 = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f'

/** RFC 3394 sections 4.1, 4.3 and 4.6. */
const vectors = [
  [KEK_128, '00112233445566778899aabbccddeeff', '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5'],
  [KEK_256, '00112233445566778899aabbccddeeff', '64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7'],
  [
    KEK_256,
    '00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f',
    '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
  ],
] as const

describe('key wrap', () => {
  it.each(vectors)('RFC 3394: %s wraps %s', (kek, plain, wrapped) => {
    expect(hex(wrapKey(secret(kek), secret(plain)))).toBe(wrapped)
    const opened = unwrapKey(secret(kek), Buffer.from(wrapped, 'hex'))
    expect(E.isRight(opened) && secretEquals(opened.right, secret(plain))).toBe(true)
  })

  it('P-18: no flipped bit, other key or other length opens', () => {
    const wrapped = wrapKey(secret(KEK_256), secret('11'.repeat(56)))
    expect(wrapped).toHaveLength(64)
    fc.assert(
      fc.property(fc.nat({ max: 64 * 8 - 1 }), (bit) => {
        const flipped = Uint8Array.from(wrapped)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(unwrapKey(secret(KEK_256), flipped)).toEqual(E.left({ type: 'SealBroken' }))
      })
    )
    expect(unwrapKey(secret('22'.repeat(32)), wrapped)).toEqual(E.left({ type: 'SealBroken' }))
    for (const length of [0, 8, 16, 23, 56, 63]) {
      expect(unwrapKey(secret(KEK_256), wrapped.slice(0, length))).toEqual(E.left({ type: 'SealBroken' }))
    }
  })
})
