import * as O from 'fp-ts/Option'
import fc from 'fast-check'

import { decodeHex, hex } from './hex'

describe('hex', () => {
  it('writes lower-case digits, also of a view', () => {
    expect(hex(Uint8Array.of(9, 0, 0xab, 0xff).subarray(1))).toBe('00abff')
  })

  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const again = decodeHex(hex(bytes))
        expect(O.isSome(again) && [...again.value]).toEqual([...bytes])
      })
    )
  })

  it.each(['0', 'AB', '0g', '0x', 'ab\n', ' ab', 'ab cd'])('refuses %j', (text) => {
    expect(decodeHex(text)).toEqual(O.none)
  })
})
