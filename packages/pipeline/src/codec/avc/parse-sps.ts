import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { createBitReader, failBits, openBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'
import { malformedAvc } from './malformed-avc'
import { NAL_SPS, nalUnitType } from './nal-unit-type'
import { parseVui } from './parse-vui'
import { largeListCount, skipScalingLists } from './scaling-lists'
import type { PictureOrderRule, Sps } from './sps'

/** Profiles whose sets say chroma format, bit depths and scaling lists. @source ITU-T H.264, 7.3.2.1.1 */
const HIGH_PROFILES: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

const MOST_SPS_ID = 31
const CHROMA_420 = 1
const CHROMA_444 = 3
const MOST_BITS_MINUS_4 = 12
const MOST_CYCLE = 255
const MOST_REFERENCE_FRAMES = 16
const MACROBLOCK = 16
/** Sides beyond 65 520 do not fit in the 16 bits that containers keep for them. */
const MOST_MACROBLOCKS_MINUS_1 = 4094

/**
 * Reads a sequence parameter set from a NAL unit with its header byte.
 *
 * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`.
 * @source ITU-T H.264, 7.3.2.1.1 and 7.4.2.1.1
 */
export const parseSps = (bytes: Uint8Array, from = 0, to = bytes.length): E.Either<MalformedMedia, Sps> => {
  const reader = createBitReader()
  openBits(reader, bytes, from, to)
  const type = nalUnitType(readBits(reader, 8))
  if (type !== NAL_SPS) failBits(reader, 'a sequence parameter set (NAL unit type 7)', `type ${type}`)
  const sps = readSps(reader)
  return reader.expected === undefined ? E.right(sps) : malformedAvc(reader.at, reader.expected, reader.found)
}

const readSps = (reader: BitReader): Sps => {
  const profile = readBits(reader, 8)
  const constraints = readBits(reader, 8)
  const level = readBits(reader, 8)
  const id = readUeUpTo(reader, MOST_SPS_ID, 'seq_parameter_set_id')
  const format = HIGH_PROFILES.has(profile) ? readFormat(reader) : EIGHT_BIT_420
  const frameNumBits = readUeUpTo(reader, MOST_BITS_MINUS_4, 'log2_max_frame_num_minus4') + 4
  const pictureOrder = readOrderRule(reader)
  const maxNumRefFrames = readUeUpTo(reader, MOST_REFERENCE_FRAMES, 'max_num_ref_frames')
  readFlag(reader) // gaps_in_frame_num_value_allowed_flag
  const size = readSize(reader, format)
  const vui = readFlag(reader) ? parseVui(reader) : {}
  return { id, profile, constraints, level, ...format, frameNumBits, pictureOrder, maxNumRefFrames, ...size, ...vui }
}

type Format = Pick<Sps, 'chromaFormat' | 'separateColourPlanes' | 'bitDepthLuma' | 'bitDepthChroma'>

const EIGHT_BIT_420: Format = {
  chromaFormat: CHROMA_420,
  separateColourPlanes: false,
  bitDepthLuma: 8,
  bitDepthChroma: 8,
}

const readFormat = (reader: BitReader): Format => {
  const chromaFormat = readUeUpTo(reader, CHROMA_444, 'chroma_format_idc')
  const separateColourPlanes = chromaFormat === CHROMA_444 && readFlag(reader)
  const bitDepthLuma = readUeUpTo(reader, 6, 'bit_depth_luma_minus8') + 8
  const bitDepthChroma = readUeUpTo(reader, 6, 'bit_depth_chroma_minus8') + 8
  readFlag(reader) // qpprime_y_zero_transform_bypass_flag
  if (readFlag(reader)) skipScalingLists(reader, largeListCount(chromaFormat))
  return { chromaFormat, separateColourPlanes, bitDepthLuma, bitDepthChroma }
}

const readOrderRule = (reader: BitReader): PictureOrderRule => {
  const type = readUeUpTo(reader, 2, 'pic_order_cnt_type')
  if (type === 0) {
    return { type, lsbBits: readUeUpTo(reader, MOST_BITS_MINUS_4, 'log2_max_pic_order_cnt_lsb_minus4') + 4 }
  }
  if (type === 2) return { type }
  const deltaAlwaysZero = readFlag(reader)
  const offsetForNonReference = readSe(reader)
  const offsetTopToBottom = readSe(reader)
  const count = readUeUpTo(reader, MOST_CYCLE, 'num_ref_frames_in_pic_order_cnt_cycle')
  const offsetsInCycle = Array.from({ length: count }, () => readSe(reader))
  return { type: 1, deltaAlwaysZero, offsetForNonReference, offsetTopToBottom, offsetsInCycle }
}

const readSize = (
  reader: BitReader,
  { chromaFormat, separateColourPlanes }: Format
): Pick<Sps, 'frameMbsOnly' | 'mapUnits' | 'width' | 'height'> => {
  const columns = readUeUpTo(reader, MOST_MACROBLOCKS_MINUS_1, 'pic_width_in_mbs_minus1') + 1
  const rows = readUeUpTo(reader, MOST_MACROBLOCKS_MINUS_1, 'pic_height_in_map_units_minus1') + 1
  const frameMbsOnly = readFlag(reader)
  if (!frameMbsOnly) readFlag(reader) // mb_adaptive_frame_field_flag
  readFlag(reader) // direct_8x8_inference_flag
  const hasPlanes = chromaFormat !== 0 && !separateColourPlanes
  const unitX = hasPlanes && chromaFormat !== CHROMA_444 ? 2 : 1
  const unitY = (hasPlanes && chromaFormat === CHROMA_420 ? 2 : 1) * (frameMbsOnly ? 1 : 2)
  const cropped = readFlag(reader)
  const [left = 0, right = 0, top = 0, bottom = 0] = cropped ? Array.from({ length: 4 }, () => readUe(reader)) : []
  const width = columns * MACROBLOCK - unitX * (left + right)
  const height = rows * MACROBLOCK * (frameMbsOnly ? 1 : 2) - unitY * (top + bottom)
  if (width <= 0 || height <= 0) failBits(reader, 'cropping that leaves a picture', `${width} × ${height} samples`)
  return { frameMbsOnly, mapUnits: columns * rows, width, height }
}
