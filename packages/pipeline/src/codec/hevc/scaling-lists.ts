import { readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe } from '../nal/exp-golomb'

/** 4×4, 8×8, 16×16, 32×32. */
const SIZES = 4
const MATRICES = 6
/** Of the largest size there is one for each kind of prediction alone. */
const LARGEST_STEP = 3
const MOST_COEFFICIENTS = 64

/** Reads past `scaling_list_data()`. @source ITU-T H.265, 7.3.4 */
export const skipScalingLists = (reader: BitReader): void => {
  for (let size = 0; size < SIZES; size += 1) {
    for (let matrix = 0; matrix < MATRICES; matrix += size === SIZES - 1 ? LARGEST_STEP : 1) skipList(reader, size)
  }
}

const skipList = (reader: BitReader, size: number): void => {
  if (!readFlag(reader)) {
    readUe(reader) // scaling_list_pred_matrix_id_delta
    return
  }
  if (size > 1) readSe(reader) // scaling_list_dc_coef_minus8
  const count = Math.min(MOST_COEFFICIENTS, 2 ** (4 + 2 * size))
  for (let index = 0; index < count && reader.expected === undefined; index += 1) readSe(reader)
}
