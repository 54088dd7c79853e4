import { tryAcquire } from '../lease/acquire'
import { createPool } from '../lease/pool'
import { poolState } from '../lease/pool-state'
import { mintBatch, openBatch } from './batch-inside'
import { copyBatch } from './copy-batch'
import { createColumns, IV_BYTES, reserveTags, TAG_BYTES, type SampleColumns } from './sample-columns'
import type { Content } from './state'

const ROWS = 7
const RANGES = 5000

/** Columns that are full of numbers, none of them the same. */
const filled = (columns: SampleColumns): SampleColumns => {
  let next = 1
  for (const column of Object.values(columns) as ReadonlyArray<Float64Array>) column.forEach((_, index) => (column[index] = next++ % 251))
  return columns
}

describe('a copy of a batch', () => {
  const state = poolState(createPool({ leases: 4, batchBytes: 256 }))
  const leaseOf = () => {
    const lease = tryAcquire(state)
    if (lease === undefined) throw new Error('no lease')
    return lease
  }

  it('has every column of its rows and every byte of its samples, and nothing beside them', () => {
    const lease = leaseOf()
    lease.bytes.fill(0xee)
    const empty = createColumns()
    reserveTags(empty)
    const columns = filled({ ...empty, clear: new Uint32Array(RANGES), protected: new Uint32Array(RANGES) })
    for (let row = 0; row < ROWS; row += 1) {
      columns.offset[row] = 70 + 10 * row
      columns.size[row] = 10
    }
    columns.firstRange[ROWS] = RANGES
    const inside = { state: 'content', pool: state, lease, columns, count: ROWS, tracks: new Map(), protections: [] } as const
    const into = { lease: leaseOf(), columns: createColumns() }
    const copy = openBatch(copyBatch(mintBatch<Content>({ ...inside }), into))
    const lengths = { iv: ROWS * IV_BYTES, tag: ROWS * TAG_BYTES, firstRange: ROWS + 1, clear: RANGES, protected: RANGES }
    const rowsOf = (name: string): number => (lengths as Readonly<Record<string, number>>)[name] ?? ROWS
    for (const [name, column] of Object.entries(columns) as ReadonlyArray<[keyof SampleColumns, Float64Array]>) {
      const count = rowsOf(name)
      expect([name, Array.from(copy.columns[name].subarray(0, count))]).toEqual([name, Array.from(column.subarray(0, count))])
    }
    expect([copy.state, copy.count, copy.tracks, copy.protections]).toEqual(['content', ROWS, inside.tracks, inside.protections])
    const end = 70 + 10 * ROWS
    expect([...copy.lease.bytes].map((byte, at) => byte === (at >= 70 && at < end ? 0xee : 0))).not.toContain(false)
    copy.lease.bytes[75] = 1
    expect(lease.bytes[75]).toBe(0xee)
  })

  it('of an empty batch is empty', () => {
    const [from, to] = [leaseOf(), leaseOf()]
    from.bytes.fill(0xee)
    const columns = createColumns()
    const inside = { state: 'content', pool: state, lease: from, columns, tracks: new Map(), protections: [] } as const
    const copy = openBatch(copyBatch(mintBatch<Content>({ ...inside, count: 0 }), { lease: to, columns: createColumns() }))
    expect([copy.count, copy.lease.bytes.every((byte) => byte === 0)]).toEqual([0, true])
  })
})
