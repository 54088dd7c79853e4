import * as E from 'fp-ts/Either'
import fc from 'fast-check'

import { openGcm, sealGcm } from './gcm'
import type { NonceSource } from './nonce-source'
import { secretFromBytes, type Secret } from './secret'

const hexBytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const secret = (text: string): Secret => secretFromBytes(hexBytes(text))
/** The nonce of a vector. */
const given =
  (nonce: Uint8Array): NonceSource =>
  () =>
    Uint8Array.from(nonce)
const bytesAsHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** @source McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test cases 13, 14 and 16 */
const VECTORS = [
  ['00'.repeat(32), '00'.repeat(12), '', '', '530f8afbc74536b9a963b4f1c4cb738b'],
  ['00'.repeat(32), '00'.repeat(12), '', '00'.repeat(16), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919'],
  [
    'feffe9928665731c6d6a8f9467308308'.repeat(2),
    'cafebabefacedbaddecaf888',
    'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662' +
      '76fc6ece0f4e1768cddf8853bb2d551b',
  ],
] as const

describe('AES-256-GCM', () => {
  it.each(VECTORS)('agrees with the published vectors', (key, nonce, aad, plain, sealed) => {
    expect(bytesAsHex(sealGcm(secret(key), given(hexBytes(nonce)), hexBytes(plain), hexBytes(aad)).sealed)).toBe(sealed)
    const opened = openGcm(secret(key), hexBytes(nonce), hexBytes(sealed), hexBytes(aad))
    expect(E.isRight(opened) && bytesAsHex(opened.right)).toBe(plain)
  })

  it('R10: opens with nothing changed, and with any bit of key, nonce, bytes or additional data flipped not', () => {
    const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
    const seals = fc.record({ key: bytes(32), nonce: bytes(12), plain: fc.uint8Array(), aad: bytes(9) })
    fc.assert(
      fc.property(seals, fc.constantFrom('key', 'nonce', 'sealed', 'aad'), fc.nat(), ({ key, nonce, plain, aad }, part, at) => {
        const { sealed } = sealGcm(secretFromBytes(Uint8Array.from(key)), given(nonce), plain, aad)
        const whole = { key: Uint8Array.from(key), nonce, sealed, aad }
        const open = (of: typeof whole) => openGcm(secretFromBytes(Uint8Array.from(of.key)), of.nonce, of.sealed, of.aad)
        expect(open(whole)).toMatchObject({ _tag: 'Right' })
        const flipped = Uint8Array.from(whole[part])
        const bit = at % (8 * flipped.length)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(open({ ...whole, [part]: flipped })).toEqual(E.left({ type: 'SealBroken' }))
      })
    )
  })

  it('refuses what is too short for a tag, and a nonce of another length', () => {
    const key = secret('00'.repeat(32))
    expect(openGcm(key, new Uint8Array(12), new Uint8Array(15), new Uint8Array(0))).toEqual(E.left({ type: 'SealBroken' }))
    expect(openGcm(key, new Uint8Array(11), new Uint8Array(16), new Uint8Array(0))).toEqual(E.left({ type: 'SealBroken' }))
    expect(() => sealGcm(key, given(new Uint8Array(11)), new Uint8Array(0), new Uint8Array(0))).toThrow('12 bytes')
    expect(() => sealGcm(secret('00'.repeat(16)), given(new Uint8Array(12)), new Uint8Array(0), new Uint8Array(0))).toThrow('32 bytes')
  })
})
