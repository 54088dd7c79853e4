import { IV_BYTES, type SampleColumns } from './sample-columns'

/** Copies a row of the columns; the bytes of the sample stay where they are. Ranges are not moved. */
export const moveRow = (columns: SampleColumns, from: number, to: number): void => {
  for (const column of [
    columns.offset,
    columns.size,
    columns.track,
    columns.time,
    columns.decodeTime,
    columns.duration,
    columns.flags,
    columns.pictureOrder,
    columns.sequenceStart,
    columns.scheme,
  ]) {
    column.copyWithin(to, from, from + 1)
  }
  columns.iv.copyWithin(to * IV_BYTES, from * IV_BYTES, (from + 1) * IV_BYTES)
}
