import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { createXorInPlace } from './xor-in-place'

const LONGEST = 100

describe('XOR onto bytes where they lie', () => {
  const numbers = fc.record({
    before: fc.nat(20),
    at: fc.nat(20),
    length: fc.nat(LONGEST),
    from: fc.nat(20),
    after: fc.nat(20),
    seed: fc.nat(255),
  })

  it('gives what one byte after the other gives, wherever both begin, and touches nothing beside', () => {
    const xor = createXorInPlace(LONGEST)
    fc.assert(
      fc.property(numbers, ({ before, at, length, from, after, seed }) => {
        const memory = new Uint8Array(before + at + length + after).map((_, n) => n * 7 + seed)
        const keystream = new Uint8Array(from + length).map((_, n) => n * 13 + 1)
        const expected = memory.map((byte, n) => {
          const place = n - before - at
          return place < 0 || place >= length ? byte : byte ^ (keystream[from + place] ?? 0)
        })
        xor.apply(memory.subarray(before), at, length, keystream, from)
        expect(memory).toEqual(expected)
      }),
      { numRuns: runs(500) }
    )
  })

  it('works on others after it worked on some, and after a wipe', () => {
    const xor = createXorInPlace(LONGEST)
    const [one, other, keystream] = [new Uint8Array(24), new Uint8Array(24), new Uint8Array(24).fill(5)]
    xor.apply(one, 0, 24, keystream, 0)
    xor.apply(other, 3, 18, keystream, 0)
    xor.wipe()
    xor.apply(one, 0, 24, keystream, 0)
    expect(one).toEqual(new Uint8Array(24))
    expect(other).toEqual(new Uint8Array(24).fill(5, 3, 21))
  })
})
