import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { lengthPrefixedScan } from './length-prefixed-scan'
import { createNalTable, type NalTable } from './nal-table'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const rows = (table: NalTable, count: number): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: count }, (_, row) => [table.start[row] ?? 0, table.end[row] ?? 0])

/** Bytes of which many are zeros, ones and threes. */
const streams = fc.array(
  fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constant(1) }, fc.nat(255)),
  { maxLength: 400 }
)

describe('lengthPrefixedScan', () => {
  it('finds what was put together, for each size of length', () => {
    const units = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 })
    fc.assert(
      fc.property(units, fc.constantFrom(1 as const, 2 as const, 4 as const), (parts, size) => {
        const bytes = Buffer.concat(
          parts.flatMap((part) => {
            const length = Buffer.alloc(size)
            length.writeUIntBE(part.length, 0, size)
            return [length, part]
          })
        )
        const table = createNalTable()
        const count = lengthPrefixedScan('avc', size)(bytes, 0, bytes.length, table)
        const found = rows(table, E.isRight(count) ? count.right : -1).map(([start, end]) => hex(bytes.subarray(start, end)))
        expect(found).toEqual(parts.filter((part) => part.length > 0).map(hex))
      })
    )
  })

  it('says where a length does not hold', () => {
    const scan = (text: string) => lengthPrefixedScan('avc', 4)(Buffer.from(text, 'hex'), 0, text.length / 2, createNalTable())
    expect(scan('000000016500000003aabb')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'avc', at: 5 }))
    expect(scan('0000000165000000')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'avc', at: 5 }))
    expect(scan('ffffffff65')).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
  })

  it('returns on any bytes, with rows in order and in the range', () => {
    fc.assert(
      fc.property(streams, (numbers) => {
        const bytes = Uint8Array.from(numbers)
        const table = createNalTable()
        const count = lengthPrefixedScan('avc', 1)(bytes, 0, bytes.length, table)
        let last = 0
        rows(table, E.isRight(count) ? count.right : 0).forEach(([start, end]) => {
          expect(start).toBeGreaterThan(last)
          expect(end).toBeGreaterThan(start)
          last = end
        })
        expect(last).toBeLessThanOrEqual(bytes.length)
      })
    )
  })
})
