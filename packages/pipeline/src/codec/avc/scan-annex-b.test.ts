import fc from 'fast-check'
import * as E from 'fp-ts/Either'

import { createNalTable, type NalTable } from './nal-table'
import { scanAnnexB } from './scan-annex-b'
import { scanLengthPrefixed } from './scan-length-prefixed'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const rows = (table: NalTable, count: number): ReadonlyArray<readonly [number, number]> =>
  Array.from({ length: count }, (_, row) => [table.start[row] ?? 0, table.end[row] ?? 0])

/** Bytes of which many are zeros, ones and threes. */
const streams = fc.array(
  fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.constant(1) }, fc.nat(255)),
  { maxLength: 400 }
)

/** By text: units are what stands between start codes, without the zeros at their ends. */
const unitsByText = (bytes: Uint8Array): ReadonlyArray<string> =>
  hex(bytes)
    .replace(/../g, (byte) => ({ '00': 'z', '01': 'o' })[byte] ?? `${byte},`)
    .split('zzo')
    .slice(1)
    .map((unit) => unit.replace(/z+$/, '').replaceAll('z', '00').replaceAll('o', '01').replaceAll(',', ''))
    .filter((unit) => unit !== '')

describe('scanAnnexB', () => {
  it('finds what a search in text finds', () => {
    fc.assert(
      fc.property(streams, fc.nat(8), fc.nat(8), (numbers, before, behind) => {
        const bytes = Uint8Array.from(numbers)
        const [from, to] = [Math.min(before, bytes.length), Math.max(Math.min(before, bytes.length), bytes.length - behind)]
        const table = createNalTable()
        const found = rows(table, scanAnnexB(bytes, from, to, table)).map(([start, end]) => hex(bytes.subarray(start, end)))
        expect(found).toEqual(unitsByText(bytes.subarray(from, to)))
      }),
      { numRuns: 2000 }
    )
  })

  it('B.1: takes start codes of three and four bytes, and no zeros behind', () => {
    const bytes = Buffer.from('000000016742000001680000010000000001650000', 'hex')
    const table = createNalTable()
    expect(rows(table, scanAnnexB(bytes, 0, bytes.length, table))).toEqual([[4, 6], [9, 10], [18, 19]])
  })

  it('grows its table', () => {
    const bytes = Buffer.from('00000165'.repeat(1000), 'hex')
    const table = createNalTable()
    expect(scanAnnexB(bytes, 0, bytes.length, table)).toBe(1000)
    expect([table.start[999], table.end[999]]).toEqual([3999, 4000])
  })

  it('stays within the array for a range that does not', () => {
    const table = createNalTable()
    expect(scanAnnexB(Uint8Array.of(0, 0, 1, 9), 0, 1000, table)).toBe(1)
    expect(table.end[0]).toBe(4)
    expect(scanAnnexB(Uint8Array.of(0, 0, 1, 9), 9, 4, table)).toBe(0)
  })
})

describe('scanLengthPrefixed', () => {
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
        const count = scanLengthPrefixed(bytes, 0, bytes.length, size, table)
        const found = rows(table, E.isRight(count) ? count.right : -1).map(([start, end]) => hex(bytes.subarray(start, end)))
        expect(found).toEqual(parts.filter((part) => part.length > 0).map(hex))
      })
    )
  })

  it('says where a length does not hold', () => {
    const scan = (text: string) => scanLengthPrefixed(Buffer.from(text, 'hex'), 0, text.length / 2, 4, createNalTable())
    expect(scan('000000016500000003aabb')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'avc', at: 5 }))
    expect(scan('0000000165000000')).toMatchObject(E.left({ type: 'MalformedMedia', format: 'avc', at: 5 }))
    expect(scan('ffffffff65')).toMatchObject(E.left({ type: 'MalformedMedia', at: 0 }))
  })

  it('returns on any bytes, with rows in order and in the range', () => {
    fc.assert(
      fc.property(streams, (numbers) => {
        const bytes = Uint8Array.from(numbers)
        const table = createNalTable()
        const count = scanLengthPrefixed(bytes, 0, bytes.length, 1, table)
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
