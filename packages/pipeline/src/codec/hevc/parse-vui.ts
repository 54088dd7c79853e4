import { readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'
import { skipPictureShape } from '../nal/picture-shape'
import { skipBufferModels } from './buffer-models'

/** The clock of the pictures: `timeScale / numUnitsInTick` ticks a second, one tick a picture, be it a frame or a field. */
export interface HevcTiming {
  readonly numUnitsInTick: number
  readonly timeScale: number
}

/** What of the video usability information is of use here. */
export interface HevcVui {
  readonly timing?: HevcTiming
  /** Each picture is a field. */
  readonly fieldSequence: boolean
  /** `min_spatial_segmentation_idc`: 0 where nothing is said of how a picture can be decoded in parallel. */
  readonly minSpatialSegmentation: number
}

const MOST_SEGMENTATION = 4095

/**
 * Reads the usability information.
 *
 * @param subLayers `sps_max_sub_layers_minus1`.
 * @source ITU-T H.265, E.2.1
 */
export const parseVui = (reader: BitReader, subLayers: number): HevcVui => {
  skipPictureShape(reader)
  readFlag(reader) // neutral_chroma_indication_flag
  const fieldSequence = readFlag(reader)
  readFlag(reader) // frame_field_info_present_flag
  if (readFlag(reader)) for (let side = 0; side < 4; side += 1) readUe(reader) // default display window
  const timing = readFlag(reader) ? readTiming(reader) : undefined
  if (timing !== undefined && readFlag(reader)) skipBufferModels(reader, subLayers)
  const minSpatialSegmentation = readFlag(reader) ? readRestrictions(reader) : 0
  return { fieldSequence, minSpatialSegmentation, ...(timing === undefined ? {} : { timing }) }
}

/** Reads the clock as it stands in both a sequence and a video parameter set. */
export const readTiming = (reader: BitReader): HevcTiming => {
  const timing = { numUnitsInTick: readBits(reader, 32), timeScale: readBits(reader, 32) }
  if (readFlag(reader)) readUe(reader) // num_ticks_poc_diff_one_minus1
  return timing
}

const readRestrictions = (reader: BitReader): number => {
  readBits(reader, 3) // tiles_fixed_structure_flag, motion vectors, restricted_ref_pic_lists_flag
  const segmentation = readUeUpTo(reader, MOST_SEGMENTATION, 'min_spatial_segmentation_idc')
  for (let field = 0; field < 4; field += 1) readUe(reader) // bytes per picture, bits per block, vector lengths
  return segmentation
}
