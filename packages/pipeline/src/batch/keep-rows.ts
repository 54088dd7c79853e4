import type { BatchInside } from './batch-inside'
import { moveRanges, moveRow } from './move-row'

/** Keeps the rows that are asked for, in their order and place; the bytes of the others are wiped. Asks once for each, in order. */
export const keepRows = (inside: BatchInside, isKept: (row: number) => boolean): void => {
  const { columns, lease } = inside
  let kept = 0
  let ranges = 0
  for (let row = 0; row < inside.count; row += 1) {
    if (!isKept(row)) {
      const offset = columns.offset[row] ?? 0
      // Left behind, a clear sample would lie unprotected beside protected ones.
      lease.bytes.fill(0, offset, offset + (columns.size[row] ?? 0))
      continue
    }
    ranges = moveRanges(columns, row, kept, ranges)
    if (kept !== row) moveRow(columns, row, kept)
    kept += 1
  }
  columns.firstRange[kept] = ranges
  inside.count = kept
}
