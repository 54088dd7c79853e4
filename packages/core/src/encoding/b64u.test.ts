import * as O from 'fp-ts/Option'
import fc from 'fast-check'

import { b64u, decodeB64u } from './b64u'
import { hex } from './hex'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

const decoded = (text: string): string | undefined => {
  const bytes = decodeB64u(text)
  return O.isSome(bytes) ? hex(bytes.value) : undefined
}

describe('b64u', () => {
  it.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
  ])('RFC 4648, 10: %j is %j', (text, encoded) => {
    expect(b64u(Buffer.from(text))).toBe(encoded)
    expect(decoded(encoded)).toBe(Buffer.from(text).toString('hex'))
  })

  it('uses the alphabet of URLs', () => {
    expect(b64u(Uint8Array.of(0xfb, 0xff, 0xbf))).toBe('-_-_')
  })

  it.each(['Zg==', 'Zg=', 'Z', 'Zh', 'Zm9', '+/+/', 'Zm 8', 'Zm8\n', ' Zm8', 'Zm8é', 'Zm8\0', '.', 'QR'])(
    'refuses %j, which is another spelling or none',
    (text) => expect(decoded(text)).toBeUndefined()
  )

  it('gives back what was encoded, from any view', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(5), (bytes, cut) => {
        const view = bytes.subarray(Math.min(cut, bytes.length))
        expect(decoded(b64u(view))).toBe(Buffer.from(view).toString('hex'))
      })
    )
  })

  it('leaves no character free: another text never gives the same bytes', () => {
    const texts = fc.uint8Array({ minLength: 1, maxLength: 40 }).map(b64u)
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom(...ALPHABET, '=', ' ', '+'), (text, at, other) => {
        const place = at % text.length
        fc.pre(text[place] !== other)
        expect(decoded(text.slice(0, place) + other + text.slice(place + 1))).not.toBe(decoded(text))
      })
    )
  })

  it('R3: decodes into memory of its own', () => {
    const bytes = decodeB64u('Zm9v')
    expect(O.isSome(bytes) && bytes.value.buffer.byteLength).toBe(3)
  })
})
