import fc from 'fast-check'

import { createNalTable, type NalTable } from './nal-table'
import { scanAnnexB } from './scan-annex-b'

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
