import { createRc4 } from './rc4'
import { bytesOf, hexOf } from './testing/vectors'

/** Keystreams at offset 0. @source RFC 6229, section 2 */
const STREAMS = [
  ['0102030405', 'b2396305f03dc027ccc3524a0a1118a86982944f18fc82d589c403a47a0d0919'],
  ['01020304050607', '293f02d47f37c9b633f2af5285feb46be620f1390d19bd84e2e0fd752031afc1'],
  ['0102030405060708', '97ab8a1bf0afb96132f2f67258da15a88263efdb45c4a18684ef87e6b19e5b09'],
  ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c'],
] as const

describe('RC4', () => {
  it.each(STREAMS)('of key %s begins as published', (key, stream) => {
    const rc4 = createRc4()
    const bytes = new Uint8Array(stream.length / 2)
    rc4.start(bytesOf(key))
    rc4.apply(bytes, 0, 5)
    rc4.apply(bytes, 5, bytes.length)
    expect(hexOf(bytes)).toBe(stream)
  })

  it('starts afresh with each key', () => {
    const rc4 = createRc4()
    const bytes = new Uint8Array(32)
    rc4.start(bytesOf('ff'))
    rc4.apply(bytes, 0, 32)
    const [[key, stream]] = STREAMS
    bytes.fill(0)
    rc4.start(bytesOf(key))
    rc4.apply(bytes, 0, 32)
    expect(hexOf(bytes)).toBe(stream)
  })
})
