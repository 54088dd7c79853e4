import type { BatchInside } from '../../batch/batch-inside'
import { UNPROTECTED } from '../../batch/row-protection'
import { IV_BYTES } from '../../batch/sample-columns'
import type { SampleRanges } from '../../cipher/common-encryption/sample-ranges'
import type { CoveredSample } from './sample-opener'

/** Reads the rows of a batch as its source left them, while the columns are written anew. */
export interface SourceRows {
  /** @param row where the columns of it stand now. @param was its number in the batch as it came. */
  readonly sample: (row: number, was: number) => CoveredSample
}

/**
 * Keeps what would be overwritten: a sample may have more ranges than before, which then lie over those of later ones.
 */
export const sourceRows = ({ lease, columns, count, protections }: BatchInside): SourceRows => {
  const ranges = rangesOf(columns, count)
  const ivs = columns.iv.slice(0, count * IV_BYTES)
  return {
    sample: (row, was) => {
      const offset = columns.offset[row] ?? 0
      return {
        bytes: lease.bytes.subarray(offset, offset + (columns.size[row] ?? 0)),
        iv: ivs.subarray(was * IV_BYTES, (was + 1) * IV_BYTES),
        ranges: ranges(was),
        protection: protections[columns.protection[row] ?? 0] ?? UNPROTECTED,
      }
    },
  }
}

const rangesOf = (
  { firstRange, clear, protected: covered }: BatchInside['columns'],
  count: number
): ((row: number) => SampleRanges | undefined) => {
  const total = firstRange[count] ?? 0
  if (total === 0) return () => undefined
  const first = firstRange.slice(0, count + 1)
  const kept = { clear: clear.slice(0, total), protected: covered.slice(0, total) }
  return (row) => {
    const from = first[row] ?? 0
    const own = (first[row + 1] ?? 0) - from
    return own === 0 ? undefined : { ...kept, first: from, count: own }
  }
}
