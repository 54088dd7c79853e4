import type { BatchInside } from '../../batch/batch-inside'

/** Views of the samples in `rows`, neighbours joined to one view. They die with the lease. */
export const mediaSlices = ({ lease, columns }: BatchInside, rows: ReadonlyArray<number>): Uint8Array[] => {
  const slices: Uint8Array[] = []
  let from = -1
  let to = -1
  for (const row of rows) {
    const offset = columns.offset[row] ?? 0
    if (offset !== to) {
      if (to > from) slices.push(lease.bytes.subarray(from, to))
      from = offset
    }
    to = offset + (columns.size[row] ?? 0)
  }
  if (to > from) slices.push(lease.bytes.subarray(from, to))
  return slices
}
