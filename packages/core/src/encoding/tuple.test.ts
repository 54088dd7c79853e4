import fc from 'fast-check'

import { hex } from './hex'
import { tuple } from './tuple'

const parts = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 4 })
const labels = fc.string({ maxLength: 8 }).filter((label) => !label.includes('\0'))

describe('tuple', () => {
  it('is label, zero byte, and each part behind its length in four bytes, big-endian', () => {
    const bytes = tuple('custody/x/1', Uint8Array.of(1, 2), new Uint8Array(0), new Uint8Array(258))
    const expected = `${Buffer.from('custody/x/1').toString('hex')}00000000020102000000000000010200`
    expect(hex(bytes).slice(0, -2 * 257)).toBe(expected)
  })

  it('never gives two tuples the same bytes', () => {
    fc.assert(
      fc.property(labels, parts, labels, parts, (labelA, partsA, labelB, partsB) => {
        const same = labelA === labelB && JSON.stringify(partsA.map(hex)) === JSON.stringify(partsB.map(hex))
        expect(hex(tuple(labelA, ...partsA)) === hex(tuple(labelB, ...partsB))).toBe(same)
      })
    )
  })

  it('takes text as its UTF-8', () => {
    fc.assert(
      fc.property(labels, fc.array(fc.string({ unit: 'binary' })), (label, texts) => {
        expect(hex(tuple(label, ...texts))).toBe(hex(tuple(label, ...texts.map((text) => new TextEncoder().encode(text)))))
      })
    )
  })

  it('refuses a label with a zero byte, which is a bug', () => {
    expect(() => tuple('a\0b')).toThrow(RangeError)
  })

  it('R3: lies in memory of its own', () => {
    const bytes = tuple('a', Uint8Array.of(1))
    expect(bytes.buffer.byteLength).toBe(bytes.length)
  })
})
