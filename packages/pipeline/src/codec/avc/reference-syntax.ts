import { failBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'

/** Ends a list of modifications. @source ITU-T H.264, Table 7-7 */
const END_OF_MODIFICATIONS = 3
/** Each of up to 32 references can be named once, and then the list ends. @source ITU-T H.264, 7.4.3.1 */
const MOST_MODIFICATIONS = 33
/** @source ITU-T H.264, Table 7-9 */
const MOST_OPERATION = 6
const RESETS_ORDER = 5
/** Every picture of the buffer, both fields, can be named by an operation, and the three on no picture once. */
const MOST_OPERATIONS = 66
const MOST_WEIGHT_DENOMINATOR = 7

/** Reads past `ref_pic_list_modification()` of one list. @source ITU-T H.264, 7.3.3.1 */
export const skipListModification = (reader: BitReader): void => {
  if (!readFlag(reader)) return
  for (let step = 0; step <= MOST_MODIFICATIONS && reader.expected === undefined; step += 1) {
    const kind = readUeUpTo(reader, END_OF_MODIFICATIONS, 'modification_of_pic_nums_idc')
    if (kind === END_OF_MODIFICATIONS) return
    readUe(reader)
  }
  failBits(reader, `at most ${MOST_MODIFICATIONS} modifications of a reference list`, 'more')
}

/** Reads past `pred_weight_table()` of `first` references in list 0 and `second` in list 1. @source ITU-T H.264, 7.3.3.2 */
export const skipWeights = (
  reader: BitReader,
  first: number,
  second: number,
  hasChroma: boolean
): void => {
  readUeUpTo(reader, MOST_WEIGHT_DENOMINATOR, 'luma_log2_weight_denom')
  if (hasChroma) readUeUpTo(reader, MOST_WEIGHT_DENOMINATOR, 'chroma_log2_weight_denom')
  for (let reference = 0; reference < first + second && reader.expected === undefined; reference += 1) {
    if (readFlag(reader)) skipPair(reader)
    if (hasChroma && readFlag(reader)) {
      skipPair(reader)
      skipPair(reader)
    }
  }
}

const skipPair = (reader: BitReader): void => {
  readSe(reader)
  readSe(reader)
}

/**
 * Reads past `dec_ref_pic_marking()`; answers whether it holds operation 5.
 *
 * @source ITU-T H.264, 7.3.3.3
 */
export const readMarking = (reader: BitReader, idr: boolean): boolean => {
  if (idr) {
    readFlag(reader) // no_output_of_prior_pics_flag
    readFlag(reader) // long_term_reference_flag
    return false
  }
  if (!readFlag(reader)) return false
  let resets = false
  for (let step = 0; step <= MOST_OPERATIONS && reader.expected === undefined; step += 1) {
    const operation = readUeUpTo(reader, MOST_OPERATION, 'memory_management_control_operation')
    if (operation === 0) return resets
    if (operation === RESETS_ORDER) resets = true
    else readUe(reader)
    if (operation === 3) readUe(reader)
  }
  failBits(reader, `at most ${MOST_OPERATIONS} memory management control operations`, 'more')
  return resets
}
