import * as O from 'fp-ts/Option'
import fc from 'fast-check'

import { base64, decodeBase64 } from './base64'

describe('base64', () => {
  // RFC 4648, section 10
  it.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('writes %j as %j and back', (plain, text) => {
    expect(base64(Buffer.from(plain))).toBe(text)
    const bytes = decodeBase64(text)
    expect(O.isSome(bytes) && Buffer.from(bytes.value).toString()).toBe(plain)
  })

  it.each(['Z', 'Zg', 'Zg=', 'Zh==', 'Zg==Zg==', 'Z-8=', 'Zm9v=', '====', 'Zm\u00a09v', '='])('refuses %j', (text) => {
    expect(decodeBase64(text)).toEqual(O.none)
  })

  it('leaves out white space, and answers on any text', () => {
    expect(decodeBase64(' Zm9v\r\n\tYmFy ')).toMatchObject(O.some({ length: 6 }))
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, text) => {
        const decoded = decodeBase64(base64(bytes))
        expect(O.isSome(decoded) && Buffer.from(decoded.value).equals(Buffer.from(bytes))).toBe(true)
        decodeBase64(text)
      })
    )
  })
})
