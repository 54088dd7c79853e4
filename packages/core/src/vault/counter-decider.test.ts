import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import type { KeyId } from '../identity/key-id'
import { decide, evolve, initial, type CounterState } from './counter-decider'

const keyId = '0102030405060708090aaabbccddeeff' as KeyId
const recorded = (data: unknown) => ({ type: 'CounterRangeReserved', data }) as Parameters<typeof evolve>[1]

describe('counter ledger', () => {
  it('P5: ranges rise and never overlap, whatever blocks are drawn', () => {
    const requests = fc.array(fc.record({ count: fc.bigInt(1n, 1n << 31n), block: fc.bigInt(0n, (1n << 32n) - 1n) }))
    fc.assert(
      fc.property(requests, (list) => {
        let state: CounterState = initial
        let end = 0n
        for (const { count, block } of list) {
          const events = decide(state, { keyId, count, block })
          if (E.isLeft(events)) return
          const { from, to } = events.right[0]?.data as { readonly from: string; readonly to: string }
          expect(BigInt(from)).toBeGreaterThanOrEqual(end)
          expect(BigInt(to) - BigInt(from)).toBe(count)
          end = BigInt(to)
          state = evolve(state, recorded({ keyId, from, to }))
        }
      })
    )
  })

  it('gives a home 2^32 counters of a key that may be shared, and no more', () => {
    const full = decide(initial, { keyId, count: 1n << 32n, block: 5n })
    expect(full).toMatchObject({ right: [{ data: { from: String(5n << 32n), to: String(6n << 32n) } }] })
    const exhausted = { _tag: 'Left', left: { type: 'CounterRangeExhausted', keyId } }
    expect(decide(initial, { keyId, count: (1n << 32n) + 1n, block: 5n })).toMatchObject(exhausted)
    const state = evolve(initial, recorded({ keyId, from: String(5n << 32n), to: String(6n << 32n) }))
    expect(decide(state, { keyId, count: 1n, block: 9n })).toMatchObject(exhausted)
  })

  it('gives a fresh key all 2^64, and refuses to wrap', () => {
    const all = 1n << 64n
    expect(E.isRight(decide(initial, { keyId, count: all, block: 0n }))).toBe(true)
    expect(E.isLeft(decide(initial, { keyId, count: all + 1n, block: 0n }))).toBe(true)
  })
})
