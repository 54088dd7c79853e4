import type { KeyId } from '@custody/core/identity'
import fc from 'fast-check'

import { faultThrown } from '../../fault/testing/fault-of'
import { counterSource } from './counter-range'

const KEY_ID = '0123456789abcdef0123456789abcdef' as KeyId

describe('the ids of samples', () => {
  it('P5: are those of the range in order, each once, and then none', () => {
    const starts = fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 20n }), fc.nat(20).map((less) => (1n << 40n) - BigInt(less)))
    fc.assert(
      fc.property(starts, fc.integer({ min: 0, max: 12 }), (from, count) => {
        const { next } = counterSource(KEY_ID, { from, to: from + BigInt(count) })
        const into = Buffer.alloc(40, 0xee)
        for (let n = 0; n < count; n += 1) {
          next(into, 8)
          expect([into.readBigUInt64BE(8), into.readBigUInt64BE(16)]).toEqual([from + BigInt(n), 0n])
        }
        expect(faultThrown(() => next(into, 8))).toMatchObject({ type: 'GrantRefused', fault: { type: 'CounterRangeExhausted' } })
        expect([into.subarray(0, 8), into.subarray(24)].every((bytes) => bytes.every((byte) => byte === 0xee))).toBe(true)
      })
    )
  })
})
