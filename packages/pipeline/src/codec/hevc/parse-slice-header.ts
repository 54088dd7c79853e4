import { failBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUeUpTo } from '../nal/exp-golomb'
import { createUnitHeaderParser, type UnitHeaderParser } from '../nal/unit-header-parser'
import {
  HEADER_BYTES,
  hevcTemporalId,
  hevcUnitType,
  isRandomAccess,
  isRefresh,
  NAL_LAST_VCL,
} from './nal-unit-type'
import type { HevcPps } from './parse-pps'
import { bitsFor, readPredictionFields, readReferencePictures } from './reference-syntax'
import type { HevcSetLookup, HevcSets } from './set-lookup'
import type { SliceSegmentHeader } from './slice-header'
import type { HevcSps } from './sps'

const MOST_PPS_ID = 63
const MOST_SLICE_TYPE = 2
const I = 2
const MOST_OFFSET_BITS_MINUS_1 = 31
const MOST_EXTENSION_BYTES = 256

/** Reads slice segments, types 0 to 31. */
export type SliceSegmentParser = UnitHeaderParser<HevcSetLookup, SliceSegmentHeader>

/** Makes a reader for the slice segments of a stream. @source ITU-T H.265, 7.3.6 and 7.4.7 */
export const createSliceSegmentParser = (): SliceSegmentParser => createUnitHeaderParser('hevc', readHeader)

const readHeader = (reader: BitReader, lookup: HevcSetLookup, out: SliceSegmentHeader): void => {
  readNalHeader(reader, out)
  out.firstInPicture = readFlag(reader)
  if (isRandomAccess(out.nalUnitType)) readFlag(reader) // no_output_of_prior_pics_flag
  out.ppsId = readUeUpTo(reader, MOST_PPS_ID, 'slice_pic_parameter_set_id')
  if (reader.expected !== undefined) return
  const pps = lookup.pps(out.ppsId)
  const sps = pps === undefined ? undefined : lookup.sps(pps.spsId)
  if (pps === undefined || sps === undefined) {
    failBits(reader, 'parameter sets that came before', `picture parameter set ${out.ppsId}`)
    return
  }
  out.dependent = !out.firstInPicture && pps.dependentSlices && readFlag(reader)
  out.address = out.firstInPicture ? 0 : readAddress(reader, sps)
  if (!out.dependent) readSlice(reader, { sps, pps }, out)
  out.entryPoints = pps.tiles !== undefined || pps.wavefronts ? readEntryPoints(reader, { sps, pps }) : 0
  if (pps.headerExtension) skipExtension(reader)
  readByteAlignment(reader)
}

const readNalHeader = (reader: BitReader, out: SliceSegmentHeader): void => {
  const header = readBits(reader, 8 * HEADER_BYTES)
  out.nalUnitType = hevcUnitType(header >> 8)
  out.temporalId = hevcTemporalId(header)
  if (out.nalUnitType > NAL_LAST_VCL) failBits(reader, 'a slice (NAL unit type 0 to 31)', `type ${out.nalUnitType}`)
  if (out.temporalId < 0) failBits(reader, 'nuh_temporal_id_plus1 of at least 1', '0')
}

const readAddress = (reader: BitReader, { treeBlocks }: HevcSps): number => {
  const address = readBits(reader, bitsFor(treeBlocks))
  if (address >= treeBlocks) failBits(reader, `slice_segment_address below ${treeBlocks}`, String(address))
  return address
}

const readSlice = (reader: BitReader, sets: HevcSets, out: SliceSegmentHeader): void => {
  const { sps, pps } = sets
  readBits(reader, pps.extraHeaderBits)
  out.sliceType = readUeUpTo(reader, MOST_SLICE_TYPE, 'slice_type')
  if (pps.outputFlag) readFlag(reader)
  if (sps.separateColourPlanes) readBits(reader, 2)
  const refresh = isRefresh(out.nalUnitType)
  out.pictureOrderLsb = refresh ? 0 : readBits(reader, sps.orderBits)
  const references = (refresh ? 0 : readReferencePictures(reader, sps)) + (pps.refersToItself ? 1 : 0)
  const temporalMotion = !refresh && sps.temporalMotion && readFlag(reader)
  const hasChroma = sps.chromaFormat !== 0 && !sps.separateColourPlanes
  const luma = sps.sampleAdaptiveOffset && readFlag(reader)
  const chroma = sps.sampleAdaptiveOffset && hasChroma && readFlag(reader)
  if (out.sliceType !== I) {
    readPredictionFields(reader, sets, { sliceType: out.sliceType, references, temporalMotion, hasChroma })
  }
  readQuantization(reader, pps)
  readFilters(reader, pps, luma || chroma)
}

const readQuantization = (reader: BitReader, pps: HevcPps): void => {
  const offsets = (pps.sliceChromaQpOffsets ? 2 : 0) + (pps.colourTransformOffsets ? 3 : 0)
  for (let field = 0; field < 1 + offsets; field += 1) readSe(reader) // slice_qp_delta, offsets
  if (pps.chromaQpOffsetList) readFlag(reader) // cu_chroma_qp_offset_enabled_flag
}

const readFilters = (reader: BitReader, pps: HevcPps, adaptiveOffset: boolean): void => {
  const override = pps.deblockingOverride && readFlag(reader)
  const disabled = override ? readFlag(reader) : pps.deblockingDisabled
  if (override && !disabled) {
    readSe(reader) // slice_beta_offset_div2
    readSe(reader) // slice_tc_offset_div2
  }
  if (pps.filterAcrossSlices && (adaptiveOffset || !disabled)) readFlag(reader)
}

/** @source ITU-T H.265, 7.4.7.1, `num_entry_point_offsets` */
const mostEntryPoints = ({ sps, pps: { tiles, wavefronts } }: HevcSets): number => {
  if (tiles === undefined) return sps.treeBlockRows - 1
  return tiles.columns * (wavefronts ? sps.treeBlockRows : tiles.rows) - 1
}

const readEntryPoints = (reader: BitReader, sets: HevcSets): number => {
  const count = readUeUpTo(reader, mostEntryPoints(sets), 'num_entry_point_offsets')
  if (count === 0) return 0
  const bits = readUeUpTo(reader, MOST_OFFSET_BITS_MINUS_1, 'offset_len_minus1') + 1
  for (let entry = 0; entry < count && reader.expected === undefined; entry += 1) readBits(reader, bits)
  return count
}

const skipExtension = (reader: BitReader): void => {
  const bytes = readUeUpTo(reader, MOST_EXTENSION_BYTES, 'slice_segment_header_extension_length')
  for (let byte = 0; byte < bytes && reader.expected === undefined; byte += 1) readBits(reader, 8)
}

/** A one and zeros to the end of the byte. @source ITU-T H.265, 7.3.2.12 */
const readByteAlignment = (reader: BitReader): void => {
  const one = readFlag(reader)
  const zeros = readBits(reader, reader.left)
  if (!one || zeros !== 0) failBits(reader, 'byte_alignment(): a one and zeros', 'other bits')
}
