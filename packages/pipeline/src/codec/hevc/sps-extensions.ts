import { readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'
import type { HevcSps } from './sps'

type Depths = Pick<HevcSps, 'chromaFormat' | 'bitDepthLuma' | 'bitDepthChroma'>

/** What the extensions say that slice headers need. */
export interface SpsExtensions {
  readonly choosesIntegerMotion: boolean
  /** There is an extension for 3D video, and nothing behind it was read. */
  readonly with3d: boolean
}

const NONE: SpsExtensions = { choosesIntegerMotion: false, with3d: false }
const RANGE_FLAGS = 9
/** `motion_vector_resolution_control_idc` that leaves it to each slice. */
const CHOSEN_BY_SLICE = 2
/** @source ITU-T H.265, A.3.7: `PaletteMaxPredictorSize` of at most 128 */
const MOST_PALETTE_MINUS_1 = 127

/**
 * Reads the extensions of a sequence parameter set: of range, of further layers, and of screen content coding. Those
 * that are not known yet stand behind and are not read, as the specification wants it.
 *
 * @source ITU-T H.265, 7.3.2.2.1 to 7.3.2.2.3
 */
export const readSpsExtensions = (reader: BitReader, depths: Depths): SpsExtensions => {
  if (!readFlag(reader)) return NONE
  const [range, layers, with3d, screen] = [readFlag(reader), readFlag(reader), readFlag(reader), readFlag(reader)]
  readBits(reader, 4) // sps_extension_4bits
  if (range) readBits(reader, RANGE_FLAGS)
  if (layers) readFlag(reader) // inter_view_mv_vert_constraint_flag
  if (with3d) return { choosesIntegerMotion: false, with3d }
  return { choosesIntegerMotion: screen && readScreenContent(reader, depths), with3d }
}

const readScreenContent = (reader: BitReader, depths: Depths): boolean => {
  readFlag(reader) // sps_curr_pic_ref_enabled_flag
  if (readFlag(reader)) {
    readUe(reader) // palette_max_size
    readUe(reader) // delta_palette_max_predictor_size
    if (readFlag(reader)) skipPalette(reader, depths)
  }
  const resolution = readBits(reader, 2)
  readFlag(reader) // intra_boundary_filtering_disabled_flag
  return resolution === CHOSEN_BY_SLICE
}

const skipPalette = (reader: BitReader, { chromaFormat, bitDepthLuma, bitDepthChroma }: Depths): void => {
  const count = readUeUpTo(reader, MOST_PALETTE_MINUS_1, 'sps_num_palette_predictor_initializers_minus1') + 1
  for (let index = 0; index < count; index += 1) readBits(reader, bitDepthLuma)
  if (chromaFormat === 0) return
  for (let index = 0; index < 2 * count; index += 1) readBits(reader, bitDepthChroma)
}
