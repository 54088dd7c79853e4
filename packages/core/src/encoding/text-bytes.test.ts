import * as O from 'fp-ts/Option'
import fc from 'fast-check'

import { textOfBytes, utf16 } from './text-bytes'

describe('textOfBytes', () => {
  it('reads UTF-16 with and without its mark, and UTF-8', () => {
    const utf16Bytes = Buffer.from('<a>é</a>', 'utf16le')
    expect(textOfBytes(utf16Bytes)).toEqual(O.some({ text: '<a>é</a>', form: 'utf-16le' }))
    const marked = Buffer.concat([Buffer.from([0xff, 0xfe]), utf16Bytes])
    expect(textOfBytes(marked)).toEqual(O.some({ text: '<a>é</a>', form: 'utf-16le' }))
    expect(textOfBytes(Buffer.from('<a>é</a>'))).toEqual(O.some({ text: '<a>é</a>', form: 'utf-8' }))
  })

  it.each([
    ['half a unit', Buffer.from('<a/>', 'utf16le').subarray(0, 7)],
    ['a lone surrogate', Buffer.from('<\ud800>', 'utf16le')],
    ['bytes that are no UTF-8', Buffer.from([0x3c, 0xff, 0x3e])],
  ])('refuses %s', (_, bytes) => {
    expect(textOfBytes(bytes)).toEqual(O.none)
  })

  it('gives back what utf16 writes', () => {
    expect(Buffer.from(utf16('a')).toString('hex')).toBe('fffe6100')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(textOfBytes(utf16(text))).toEqual(O.some({ text, form: 'utf-16le' }))
      })
    )
  })
})
