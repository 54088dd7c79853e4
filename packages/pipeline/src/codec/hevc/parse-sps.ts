import * as E from 'fp-ts/Either'

import type { SetFault } from '../nal/set-store'
import { createBitReader, failBits, openBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUe, readUeUpTo } from '../nal/exp-golomb'
import { malformedHevc, unsupportedHevc } from './malformed-hevc'
import { HEADER_BYTES, hevcUnitType, NAL_SPS } from './nal-unit-type'
import { parseVui } from './parse-vui'
import { readPictureSize, type PictureSize } from './picture-size'
import { readProfileTierLevel } from './profile-tier-level'
import { skipScalingLists } from './scaling-lists'
import { readShortTermSet, type ShortTermSet } from './short-term-set'
import type { HevcSps } from './sps'
import { readSpsExtensions } from './sps-extensions'
import { readSubLayerOrdering } from './sub-layer-ordering'

const MOST_SPS_ID = 15
const MOST_SUB_LAYERS_MINUS_1 = 6
const CHROMA_444 = 3
const MOST_DEPTH_MINUS_8 = 8
const MOST_ORDER_BITS_MINUS_4 = 12
const MOST_SHORT_TERM_SETS = 64
const MOST_LONG_TERM = 32

/**
 * Reads a sequence parameter set of the base layer from a NAL unit with its header.
 *
 * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`; `UnsupportedMedia` for the extension
 *   of 3D video.
 * @source ITU-T H.265, 7.3.2.2 and 7.4.3.2
 */
export const parseSps = (bytes: Uint8Array, from = 0, to = bytes.length): E.Either<SetFault, HevcSps> => {
  const reader = createBitReader()
  openBits(reader, bytes, from, to)
  const type = hevcUnitType(readBits(reader, 8 * HEADER_BYTES) >> 8)
  if (type !== NAL_SPS) failBits(reader, `a sequence parameter set (NAL unit type ${NAL_SPS})`, `type ${type}`)
  const { sps, with3d } = readSps(reader)
  if (reader.expected !== undefined) return malformedHevc(reader.at, reader.expected, reader.found)
  return with3d ? unsupportedHevc(from, 'the extension of sequence parameter sets for 3D video') : E.right(sps)
}

const readSps = (reader: BitReader): { readonly sps: HevcSps; readonly with3d: boolean } => {
  readBits(reader, 4) // sps_video_parameter_set_id
  const subLayers = readBits(reader, 3)
  if (subLayers > MOST_SUB_LAYERS_MINUS_1) failBits(reader, 'at most 7 sub-layers', '8')
  const temporalIdNesting = readFlag(reader)
  const profile = readProfileTierLevel(reader, subLayers)
  const id = readUeUpTo(reader, MOST_SPS_ID, 'sps_seq_parameter_set_id')
  const format = readFormat(reader)
  const orderBits = readUeUpTo(reader, MOST_ORDER_BITS_MINUS_4, 'log2_max_pic_order_cnt_lsb_minus4') + 4
  const maxNumReorder = readSubLayerOrdering(reader, subLayers)
  const { width, height, treeBlocks, treeBlockRows } = readTreeBlocks(reader, format.size)
  const sampleAdaptiveOffset = readCodingTools(reader)
  const references = readReferences(reader, orderBits)
  const temporalMotion = readFlag(reader)
  readFlag(reader) // strong_intra_smoothing_enabled_flag
  const vui = readFlag(reader) ? parseVui(reader, subLayers) : {}
  const { choosesIntegerMotion, with3d } = readSpsExtensions(reader, format.depths)
  const { chromaFormat, separateColourPlanes, bitDepthLuma, bitDepthChroma } = format.depths
  const coding = { sampleAdaptiveOffset, ...references, temporalMotion, choosesIntegerMotion }
  const picture = { width, height, treeBlocks, treeBlockRows, chromaFormat, separateColourPlanes }
  const sps = { id, maxSubLayers: subLayers + 1, temporalIdNesting, profile, bitDepthLuma, bitDepthChroma, ...picture }
  return { sps: { ...sps, orderBits, maxNumReorder, ...coding, ...vui }, with3d }
}

interface Format {
  readonly depths: Pick<HevcSps, 'chromaFormat' | 'separateColourPlanes' | 'bitDepthLuma' | 'bitDepthChroma'>
  readonly size: PictureSize
}

const readFormat = (reader: BitReader): Format => {
  const chromaFormat = readUeUpTo(reader, CHROMA_444, 'chroma_format_idc')
  const separateColourPlanes = chromaFormat === CHROMA_444 && readFlag(reader)
  const size = readPictureSize(reader, chromaFormat)
  const bitDepthLuma = readUeUpTo(reader, MOST_DEPTH_MINUS_8, 'bit_depth_luma_minus8') + 8
  const bitDepthChroma = readUeUpTo(reader, MOST_DEPTH_MINUS_8, 'bit_depth_chroma_minus8') + 8
  return { depths: { chromaFormat, separateColourPlanes, bitDepthLuma, bitDepthChroma }, size }
}

/** @source ITU-T H.265, 7.4.3.2.1: `MinCbLog2SizeY` and `CtbLog2SizeY`; A.3: tree blocks of 16, 32 or 64 samples */
const MOST_BLOCK_BITS = 6
const LEAST_TREE_BLOCK_BITS = 4
const LEAST_BLOCK_BITS = 3

const readTreeBlocks = (
  reader: BitReader,
  { codedWidth, codedHeight, width, height }: PictureSize
): Pick<HevcSps, 'width' | 'height' | 'treeBlocks' | 'treeBlockRows'> => {
  const most = MOST_BLOCK_BITS - LEAST_BLOCK_BITS
  const least = readUeUpTo(reader, most, 'log2_min_luma_coding_block_size_minus3') + LEAST_BLOCK_BITS
  const bits = least + readUeUpTo(reader, most, 'log2_diff_max_min_luma_coding_block_size')
  if (bits < LEAST_TREE_BLOCK_BITS || bits > MOST_BLOCK_BITS) {
    failBits(reader, 'coding tree blocks of 16, 32 or 64 samples', `${2 ** bits}`)
  }
  const side = 2 ** bits
  const treeBlockRows = Math.ceil(codedHeight / side)
  return { width, height, treeBlockRows, treeBlocks: Math.ceil(codedWidth / side) * treeBlockRows }
}

/** Reads which tools there are; answers whether sample adaptive offset is one of them. */
const readCodingTools = (reader: BitReader): boolean => {
  for (let field = 0; field < 4; field += 1) readUe(reader) // sizes of transform blocks, depths of hierarchies
  if (readFlag(reader) && readFlag(reader)) skipScalingLists(reader)
  readFlag(reader) // amp_enabled_flag
  const sampleAdaptiveOffset = readFlag(reader)
  if (readFlag(reader)) {
    readBits(reader, 8) // bit depths of pulse code modulation
    readUe(reader) // sizes of its blocks
    readUe(reader)
    readFlag(reader) // pcm_loop_filter_disabled_flag
  }
  return sampleAdaptiveOffset
}

const readReferences = (
  reader: BitReader,
  orderBits: number
): Pick<HevcSps, 'shortTermSets' | 'longTerm' | 'longTermUsed'> => {
  const count = readUeUpTo(reader, MOST_SHORT_TERM_SETS, 'num_short_term_ref_pic_sets')
  const shortTermSets: ShortTermSet[] = []
  while (shortTermSets.length < count && reader.expected === undefined) {
    shortTermSets.push(readShortTermSet(reader, shortTermSets, false))
  }
  const longTerm = readFlag(reader)
  const named = longTerm ? readUeUpTo(reader, MOST_LONG_TERM, 'num_long_term_ref_pics_sps') : 0
  const longTermUsed = Array.from({ length: named }, () => {
    readBits(reader, orderBits)
    return readFlag(reader)
  })
  return { shortTermSets, longTerm, longTermUsed }
}
