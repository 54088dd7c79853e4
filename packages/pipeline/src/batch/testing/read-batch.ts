import { concatMap, type Observable } from 'rxjs'

import { openBatch, releaseBatch } from '../batch-inside'
import { IV_BYTES } from '../sample-columns'

/** A copy of one row and its bytes. */
export interface ReadRow {
  readonly track: number
  readonly time: number
  readonly decodeTime: number
  readonly duration: number
  readonly flags: number
  readonly scheme: number
  /** Hex of the 16 bytes. */
  readonly iv: string
  readonly bytes: Uint8Array
  /** Clear and protected bytes in turn. */
  readonly ranges: ReadonlyArray<readonly [clear: number, covered: number]>
  readonly pictureOrder: number
}

/** Copies the rows of a batch. */
export const readBatch = (batch: unknown): ReadonlyArray<ReadRow> => {
  const { columns, count, lease } = openBatch(batch)
  return Array.from({ length: count }, (_, row) => {
    const offset = columns.offset[row] ?? 0
    const first = columns.firstRange[row] ?? 0
    return {
      track: columns.track[row] ?? 0,
      time: columns.time[row] ?? 0,
      decodeTime: columns.decodeTime[row] ?? 0,
      duration: columns.duration[row] ?? 0,
      flags: columns.flags[row] ?? 0,
      scheme: columns.scheme[row] ?? 0,
      iv: Buffer.from(columns.iv.subarray(row * IV_BYTES, (row + 1) * IV_BYTES)).toString('hex'),
      bytes: lease.bytes.slice(offset, offset + (columns.size[row] ?? 0)),
      ranges: Array.from({ length: Math.max(0, (columns.firstRange[row + 1] ?? 0) - first) }, (_each, range) => [
        columns.clear[first + range] ?? 0,
        columns.protected[first + range] ?? 0,
      ]),
      pictureOrder: columns.pictureOrder[row] ?? Number.NaN,
    }
  })
}

/** A sink that copies each batch, shows it, and releases it a moment later. */
export const readingSink =
  (look: (batch: unknown) => void = () => undefined) =>
  (source: Observable<unknown>): Observable<ReadonlyArray<ReadRow>> =>
    source.pipe(
      concatMap(async (batch) => {
        await Promise.resolve()
        const rows = readBatch(batch)
        look(batch)
        releaseBatch(batch)
        return rows
      })
    )
