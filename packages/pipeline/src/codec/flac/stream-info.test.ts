import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { readDfla, readStreamInfo, writeDfla } from './stream-info'

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex'))

/** 4096 samples a block, 44.1 kHz (0x0ac44), 2 channels, 16 bits, as RFC 9639, 8.2 has the fields. */
const BLOCK = hex(`1000 1000 00000e 0029a0 0ac442f0 000ac440 ${'5a'.repeat(16)}`)
const INFO = { sampleRate: 44_100, channels: 2, bitsPerSample: 16, block: BLOCK }

describe('STREAMINFO (RFC 9639, 8.2)', () => {
  it('is read as it stands, behind the marker of a file, and in dfLa', () => {
    expect(readStreamInfo(BLOCK)).toEqual(E.right(INFO))
    expect(readStreamInfo(hex(`664c6143 80000022 ${Buffer.from(BLOCK).toString('hex')}`))).toEqual(E.right(INFO))
    const box = hex(`00000000 80000022 ${Buffer.from(BLOCK).toString('hex')}`)
    expect(writeDfla(INFO)).toEqual(box)
    expect(readDfla(box)).toEqual(E.right(INFO))
    // Not the last block: a comment follows.
    expect(readDfla(hex(`00000000 00000022 ${Buffer.from(BLOCK).toString('hex')} 84000004 00000000`))).toEqual(E.right(INFO))
  })

  it.each([
    ['a cut block', BLOCK.slice(0, 33), readStreamInfo],
    ['a comment first', hex(`00000000 84000022 ${'00'.repeat(34)}`), readDfla],
    ['no rate', hex('00'.repeat(34)), readStreamInfo],
    ['a box of another version', hex(`01000000 80000022 ${'11'.repeat(34)}`), readDfla],
  ])('is refused: %s', (_, bytes, read) => {
    expect(read(bytes)).toMatchObject(E.left({ type: 'MalformedMedia', format: 'flac', at: expect.any(Number) }))
  })

  it('is read or refused in any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => expect(['Left', 'Right']).toContain(readDfla(bytes)._tag)))
  })
})
