import { readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'
import { skipPictureShape } from '../nal/picture-shape'
import type { SpsTiming } from './sps'

/** What of the video usability information is of use here. */
export interface Vui {
  readonly timing?: SpsTiming
  readonly maxNumReorderFrames?: number
}

const MOST_CPBS_MINUS_1 = 31
/** Frames of the largest decoded picture buffer. @source ITU-T H.264, A.3.1 */
const MOST_FRAMES = 16

/** Reads the usability information up to its last field. @source ITU-T H.264, E.1.1 */
export const parseVui = (reader: BitReader): Vui => {
  skipPictureShape(reader)
  const timing = readFlag(reader) ? readTiming(reader) : undefined
  skipBufferModels(reader)
  readFlag(reader) // pic_struct_present_flag
  const maxNumReorderFrames = readFlag(reader) ? readReorderFrames(reader) : undefined
  return {
    ...(timing === undefined ? {} : { timing }),
    ...(maxNumReorderFrames === undefined ? {} : { maxNumReorderFrames }),
  }
}

const readTiming = (reader: BitReader): SpsTiming => ({
  numUnitsInTick: readBits(reader, 32),
  timeScale: readBits(reader, 32),
  fixedFrameRate: readFlag(reader),
})

const skipBufferModels = (reader: BitReader): void => {
  const ofNals = readFlag(reader)
  if (ofNals) skipBufferModel(reader)
  const ofVcl = readFlag(reader)
  if (ofVcl) skipBufferModel(reader)
  if (ofNals || ofVcl) readFlag(reader) // low_delay_hrd_flag
}

/** @source ITU-T H.264, E.1.2 */
const skipBufferModel = (reader: BitReader): void => {
  const count = readUeUpTo(reader, MOST_CPBS_MINUS_1, 'cpb_cnt_minus1') + 1
  readBits(reader, 8)
  for (let index = 0; index < count; index += 1) {
    readUe(reader)
    readUe(reader)
    readFlag(reader)
  }
  readBits(reader, 20)
}

const readReorderFrames = (reader: BitReader): number => {
  readFlag(reader) // motion_vectors_over_pic_boundaries_flag
  for (let field = 0; field < 4; field += 1) readUe(reader) // bytes per picture, bits per macroblock, vector lengths
  const reorder = readUeUpTo(reader, MOST_FRAMES, 'max_num_reorder_frames')
  readUe(reader) // max_dec_frame_buffering
  return reorder
}
