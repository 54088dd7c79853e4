import { xorRc4 } from './rc4'
import { bytesOf, hexOf } from './testing/vectors'

/** Keystreams at offset 0. @source RFC 6229, section 2 */
const STREAMS = [
  ['0102030405', 'b2396305f03dc027ccc3524a0a1118a86982944f18fc82d589c403a47a0d0919'],
  ['01020304050607', '293f02d47f37c9b633f2af5285feb46be620f1390d19bd84e2e0fd752031afc1'],
  ['0102030405060708', '97ab8a1bf0afb96132f2f67258da15a88263efdb45c4a18684ef87e6b19e5b09'],
  ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b975248c4959014126a6e8a84f11d1a9e1c'],
] as const

/** At offset 240, of the first of these keys. @source RFC 6229, section 2 */
const LATER = '28cb1132c96ce286421dcaadb8b69eae'

const streamOf = (key: string, words: number, discarded = 0): string => {
  const stream = new Int32Array(words)
  xorRc4(bytesOf(key), stream, words, discarded)
  return hexOf(new Uint8Array(stream.buffer))
}

describe('RC4', () => {
  it.each(STREAMS)('of key %s begins as published', (key, stream) => {
    expect(streamOf(key, stream.length / 8)).toBe(stream)
  })

  it('begins as far behind as it is told', () => {
    for (const [key, stream] of STREAMS) expect(streamOf(key, 4, 7)).toBe(stream.slice(14, 46))
    expect(streamOf(STREAMS[0][0], 4, 240)).toBe(LATER)
  })

  it('leaves the words beyond the count alone', () => {
    const words = new Int32Array(3)
    xorRc4(bytesOf('0102030405'), words, 2)
    expect(words[1]).not.toBe(0)
    expect(words[2]).toBe(0)
  })
})
