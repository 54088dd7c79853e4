/** Where the NAL units of a range lie: columns that are used again for each range and grow when they must. */
export interface NalTable {
  /** Offset of the first byte, the NAL unit header. */
  start: Uint32Array
  /** Offset after the last byte. */
  end: Uint32Array
}

const AT_FIRST = 64

/** An empty table. The scanners answer how many rows they filled; rows after those are of earlier ranges. */
export const createNalTable = (): NalTable => ({
  start: new Uint32Array(AT_FIRST),
  end: new Uint32Array(AT_FIRST),
})

/** Fills a row. Rows are filled in order: the room doubles when the one after the last is asked for. */
export const setNal = (table: NalTable, row: number, start: number, end: number): void => {
  if (row >= table.start.length) {
    table.start = grown(table.start)
    table.end = grown(table.end)
  }
  table.start[row] = start
  table.end[row] = end
}

const grown = (column: Uint32Array): Uint32Array => {
  const larger = new Uint32Array(column.length * 2)
  larger.set(column)
  return larger
}
