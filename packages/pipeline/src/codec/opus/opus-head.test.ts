import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { readDops, readOpusHead, writeDops, writeOpusHead } from './opus-head'

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))

/** Surround as RFC 7845, 5.1.1.2 has it: four streams of which two are coupled. */
const SURROUND = hex('4f70757348656164 01 06 3801 80bb0000 00ff 01 04 02 000401020305')
const SURROUND_BOX = hex('00 06 0138 0000bb80 ff00 01 04 02 000401020305')

describe('the header of Opus (RFC 7845, 5.1)', () => {
  it('has the same fields in both forms, in the other order of bytes', () => {
    const head = readOpusHead(SURROUND)
    if (E.isLeft(head)) throw new Error(JSON.stringify(head.left))
    expect(head.right).toMatchObject({ channels: 6, preSkip: 312, inputRate: 48_000, gain: -256, family: 1 })
    expect(writeDops(head.right)).toEqual(SURROUND_BOX)
    expect(readDops(SURROUND_BOX)).toEqual(head)
    expect(writeOpusHead(head.right)).toEqual(SURROUND)
  })

  it.each([
    ['nothing', ''],
    ['another name', '4f70757354616773 01 02 3801 80bb0000 0000 00'],
    ['a version that changes the layout', '4f70757348656164 10 02 3801 80bb0000 0000 00'],
    ['no channels', '4f70757348656164 01 00 3801 80bb0000 0000 00'],
    ['three channels without their places', '4f70757348656164 01 03 3801 80bb0000 0000 00'],
    ['places that are cut', '4f70757348656164 01 06 3801 80bb0000 0000 01 04 02 0004'],
  ])('is refused: %s', (_, digits) => {
    expect(readOpusHead(hex(digits))).toMatchObject(E.left({ type: 'MalformedMedia', format: 'opus', at: expect.any(Number) }))
  })

  it('is read or refused in any bytes, and written again the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const head = readDops(Uint8Array.of(0, ...bytes))
        if (E.isRight(head)) expect(readDops(writeDops(head.right))).toEqual(head)
      })
    )
  })
})
