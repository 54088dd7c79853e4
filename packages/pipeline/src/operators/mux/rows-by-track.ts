import type { BatchInside } from '../../batch/batch-inside'

/** The rows of each track that a batch holds, in order. */
export const rowsByTrack = ({ columns, count }: BatchInside): ReadonlyMap<number, ReadonlyArray<number>> => {
  const rows = new Map<number, number[]>()
  for (let row = 0; row < count; row += 1) {
    const track = columns.track[row] ?? 0
    const list = rows.get(track)
    if (list === undefined) rows.set(track, [row])
    else list.push(row)
  }
  return rows
}
