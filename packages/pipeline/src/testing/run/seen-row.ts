import { openBatch } from '../../batch/batch-inside'
import { IV_BYTES } from '../../batch/sample-columns'
import { schemeName } from '../../batch/schemes'
import type { ExpectedRange, MadePattern } from '../oracle/expected-ranges'

/** A copy of one row of a batch, its bytes as they lie. Known only inside the package. */
export interface SeenRow {
  readonly track: number
  readonly time: number
  readonly decodeTime: number
  readonly key: boolean
  readonly scheme: string
  readonly keyId: string | undefined
  readonly pattern: MadePattern | undefined
  readonly iv: Uint8Array
  /** None where all of the sample is the scheme's. */
  readonly ranges: ReadonlyArray<ExpectedRange> | undefined
  readonly bytes: Uint8Array
}

/** Copies the rows of a batch. */
export const seenRows = (batch: unknown): ReadonlyArray<SeenRow> => {
  const { columns, count, lease, protections } = openBatch(batch)
  return Array.from({ length: count }, (_, row): SeenRow => {
    const offset = columns.offset[row] ?? 0
    const [first, end] = [columns.firstRange[row] ?? 0, columns.firstRange[row + 1] ?? 0]
    const protection = protections[columns.protection[row] ?? 0]
    const ranges = Array.from({ length: Math.max(0, end - first) }, (_each, range): ExpectedRange => [
      columns.clear[first + range] ?? 0,
      columns.protected[first + range] ?? 0,
    ])
    return {
      track: columns.track[row] ?? 0,
      time: columns.time[row] ?? 0,
      decodeTime: columns.decodeTime[row] ?? 0,
      key: columns.flags[row] === 1,
      scheme: schemeName(columns.scheme[row] ?? 0),
      keyId: protection?.keyId,
      pattern: protection?.pattern,
      iv: columns.iv.slice(row * IV_BYTES, (row + 1) * IV_BYTES),
      ranges: ranges.length === 0 ? undefined : ranges,
      bytes: lease.bytes.slice(offset, offset + (columns.size[row] ?? 0)),
    }
  })
}
