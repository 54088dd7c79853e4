import type { Lease } from '../lease/lease'
import { mintBatch, openBatch } from './batch-inside'
import type { Batch } from './batch'
import { rowColumns } from './move-row'
import { IV_BYTES, reserveRanges, reserveTags, TAG_BYTES, type SampleColumns } from './sample-columns'
import type { State } from './state'

/**
 * A batch of the same samples in memory of its own, in the same state. What either's owner writes into it the other does not see.
 *
 * @param into a lease of the same size, empty, and columns, which get the rows.
 * @errors `ForeignHandle` for anything that is no live batch.
 */
export const copyBatch = <S extends State>(
  batch: Batch<S>,
  { lease, columns }: { readonly lease: Lease; readonly columns: SampleColumns }
): Batch<S> => {
  const inside = openBatch(batch)
  const { count } = inside
  copyRows(inside.columns, columns, count)
  const { from, to } = extentOf(inside.columns, count)
  lease.bytes.set(inside.lease.bytes.subarray(from, to), from)
  return mintBatch<S>({ ...inside, lease, columns })
}

const copyRows = (from: SampleColumns, to: SampleColumns, count: number): void => {
  const sources = rowColumns(from)
  rowColumns(to).forEach((column, index) => {
    column.set(sources[index]?.subarray(0, count) ?? [])
  })
  to.iv.set(from.iv.subarray(0, count * IV_BYTES))
  if (from.tag.length > 0) reserveTags(to)
  to.tag.set(from.tag.subarray(0, count * TAG_BYTES))
  to.firstRange.set(from.firstRange.subarray(0, count + 1))
  const ranges = from.firstRange[count] ?? 0
  reserveRanges(to, ranges)
  to.clear.set(from.clear.subarray(0, ranges))
  to.protected.set(from.protected.subarray(0, ranges))
}

/** From where to where in the lease samples lie. */
interface Extent {
  readonly from: number
  readonly to: number
}

const extentOf = ({ offset, size }: SampleColumns, count: number): Extent => {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (let row = 0; row < count; row += 1) {
    const at = offset[row] ?? 0
    from = Math.min(from, at)
    to = Math.max(to, at + (size[row] ?? 0))
  }
  return { from: Math.min(from, to), to }
}
