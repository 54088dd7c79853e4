import { createHash } from 'node:crypto'

import { leafOf } from './leaf'

/** Behind its length in four bytes, big-endian. */
const part = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

describe('leaf of a line', () => {
  it('is SHA-256 over the label, the number in decimal and the bytes of the line', () => {
    const line = '{"n":12,"lid":"ü"}'
    const hashed = Buffer.concat([Buffer.from('custody/leaf/1\0'), part(Buffer.from('12')), part(Buffer.from(line))])
    const expected = createHash('sha256').update(hashed).digest('hex')
    expect(Buffer.from(leafOf(12, line)).toString('hex')).toBe(expected)
    expect(Buffer.from(leafOf(12, Buffer.from(line))).toString('hex')).toBe(expected)
  })

  it('is another one for the same line at another number', () => {
    expect(leafOf(1, 'x')).not.toEqual(leafOf(2, 'x'))
  })
})
