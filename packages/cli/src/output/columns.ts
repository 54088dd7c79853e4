const SPACE = '  '

/** Lays rows out in columns two spaces apart; the first row is the head. */
export const columns = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths: number[] = []
  for (const row of rows) row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, cell.length)))
  return rows.map(columnsOf(widths))
}

/** Lays out one row at a time, for a table whose other rows are not known yet; a cell that is too wide moves what follows. */
export const columnsOf =
  (widths: ReadonlyArray<number>) =>
  (row: ReadonlyArray<string>): string =>
    row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(SPACE).trimEnd()
