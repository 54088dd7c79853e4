import fc from 'fast-check'

import { runs } from '../../../../test/gate/runs'
import { BLOCK_WORDS, writeCounters } from './counter-blocks'

const MOST = 700

describe('counter blocks', () => {
  // NIST SP 800-38A, appendix B.1, with the 64 bits that count here.
  const written = (start: Uint8Array, first: number, blocks: number): ReadonlyArray<string> => {
    const counters = new Int32Array((first + blocks + 1) * BLOCK_WORDS)
    writeCounters(counters, first, blocks, new Int32Array(start.slice().buffer))
    const bytes = Buffer.from(counters.buffer)
    return Array.from({ length: first + blocks + 1 }, (_, n) => bytes.subarray(n * 16, (n + 1) * 16).toString('hex'))
  }
  const block = (id: bigint, count: bigint): string =>
    id.toString(16).padStart(16, '0') + BigInt.asUintN(64, count).toString(16).padStart(16, '0')
  const nearCarries = fc
    .tuple(fc.constantFrom(0n, 1n << 8n, 1n << 16n, 1n << 24n, 1n << 32n, 1n << 40n, 1n << 64n), fc.bigInt(-300n, 300n))
    .map(([carry, away]) => BigInt.asUintN(64, carry + away))

  it('count on by one in their low 64 bits, big-endian, beginning at zero again without touching the rest', () => {
    const counts = fc.oneof(nearCarries, fc.bigInt(0n, (1n << 64n) - 1n))
    fc.assert(
      fc.property(fc.bigInt(0n, (1n << 64n) - 1n), counts, fc.nat(5), fc.nat(MOST), (id, count, first, blocks) => {
        const nothing = '0'.repeat(32)
        expect(written(Uint8Array.from(Buffer.from(block(id, count), 'hex')), first, blocks)).toEqual([
          ...Array.from({ length: first }, () => nothing),
          ...Array.from({ length: blocks }, (_, n) => block(id, count + BigInt(n))),
          nothing,
        ])
      }),
      { numRuns: runs(100) }
    )
  })
})
