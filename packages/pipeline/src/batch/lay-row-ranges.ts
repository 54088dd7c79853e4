import type { SampleRanges } from '../cipher/common-encryption/sample-ranges'
import { reserveRanges, type SampleColumns } from './sample-columns'

/**
 * Puts the ranges of a row behind those of the rows before it. Done for each row in order; the caller then sets where those
 * of the last one end.
 *
 * @param at where the ranges of the rows before end; answers where those of this one do.
 */
export const layRowRanges = (columns: SampleColumns, row: number, at: number, ranges: SampleRanges | undefined): number => {
  columns.firstRange[row] = at
  if (ranges === undefined) return at
  const { first, count, clear, protected: covered } = ranges
  reserveRanges(columns, at + count)
  for (let run = 0; run < count; run += 1) {
    columns.clear[at + run] = clear[first + run] ?? 0
    columns.protected[at + run] = covered[first + run] ?? 0
  }
  return at + count
}
