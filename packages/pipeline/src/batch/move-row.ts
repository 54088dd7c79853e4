import { IV_BYTES, TAG_BYTES, type SampleColumns } from './sample-columns'

/** The columns that have one entry a row, in an order that does not change. */
export const rowColumns = (columns: SampleColumns): ReadonlyArray<Uint8Array | Uint16Array | Uint32Array | Float64Array> => [
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
  columns.protection,
]

/** Copies a row of the columns; the bytes of the sample stay where they are. Ranges are moved by {@link moveRanges}. */
export const moveRow = (columns: SampleColumns, from: number, to: number): void => {
  for (const column of rowColumns(columns)) column.copyWithin(to, from, from + 1)
  columns.iv.copyWithin(to * IV_BYTES, from * IV_BYTES, (from + 1) * IV_BYTES)
  columns.tag.copyWithin(to * TAG_BYTES, from * TAG_BYTES, (from + 1) * TAG_BYTES)
}

/**
 * Copies the ranges of a row down to where those of the rows before it end. Done for each row that stays, in order; the
 * caller then sets where the ranges of the last one end.
 *
 * @param at where the ranges of the rows before end; answers where those of this one do.
 */
export const moveRanges = (columns: SampleColumns, from: number, to: number, at: number): number => {
  const first = columns.firstRange[from] ?? 0
  const end = columns.firstRange[from + 1] ?? 0
  columns.firstRange[to] = at
  if (end <= first) return at
  columns.clear.copyWithin(at, first, end)
  columns.protected.copyWithin(at, first, end)
  return at + end - first
}
