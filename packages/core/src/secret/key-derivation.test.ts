import { authenticate, deriveKey, expandKey } from './key-derivation'
import { secretFromBytes, withSecretBytes, type Secret } from './secret'

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const secret = (hex: string): Secret => secretFromBytes(bytes(hex))
const shown = (value: Secret): string => withSecretBytes(value, (own) => Buffer.from(own).toString('hex'))

describe('key derivation', () => {
  const info = bytes('f0f1f2f3f4f5f6f7f8f9')
  const okm = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'

  it('RFC 5869 A.1: Extract and Expand', () => {
    expect(shown(deriveKey(secret('0b'.repeat(22)), bytes('000102030405060708090a0b0c'), info, 42))).toBe(okm)
  })

  it('RFC 5869 A.1: Expand alone is the first block of the same output', () => {
    const prk = secret('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
    expect(shown(expandKey(prk, info))).toBe(okm.slice(0, 64))
  })

  it('RFC 4231 case 1: HMAC-SHA-256', () => {
    expect(Buffer.from(authenticate(secret('0b'.repeat(20)), Buffer.from('Hi There'))).toString('hex')).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'
    )
  })
})
