import { readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'

/** Into how many tiles pictures are cut. */
export interface Tiles {
  readonly columns: number
  readonly rows: number
}

/** Above the 20 columns and 22 rows of level 6.2, so that later levels are read as well. @source ITU-T H.265, Table A.8 */
const MOST_MINUS_1 = 1023

/** Reads how pictures are cut. @source ITU-T H.265, 7.3.2.3.1 */
export const readTiles = (reader: BitReader): Tiles => {
  const columns = readUeUpTo(reader, MOST_MINUS_1, 'num_tile_columns_minus1') + 1
  const rows = readUeUpTo(reader, MOST_MINUS_1, 'num_tile_rows_minus1') + 1
  if (!readFlag(reader)) {
    // The last column and the last row are what is left.
    for (let side = 0; side < columns + rows - 2 && reader.expected === undefined; side += 1) readUe(reader)
  }
  readFlag(reader) // loop_filter_across_tiles_enabled_flag
  return { columns, rows }
}
