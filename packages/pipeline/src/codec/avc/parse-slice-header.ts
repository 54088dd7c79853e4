import { failBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'
import { createUnitHeaderParser, type UnitHeaderParser } from '../nal/unit-header-parser'
import { NAL_IDR_SLICE, nalRefIdc, NAL_SLICE, nalUnitType } from './nal-unit-type'
import type { Pps } from './parse-pps'
import { readMarking, skipListModification, skipWeights } from './reference-syntax'
import type { SliceHeader } from './slice-header'
import type { Sps } from './sps'

/** Finds the parsed sets by their ids. */
export interface SetLookup {
  readonly pps: (id: number) => Pps | undefined
  readonly sps: (id: number) => Sps | undefined
}

/**
 * The types that headers ask for; P is 0. Types 5 to 9 are the same, and of all slices of the picture.
 *
 * @source ITU-T H.264, Table 7-6
 */
const B = 1
const I = 2
const SP = 3
const SI = 4
const SLICE_TYPES = 5
const MOST_SLICE_TYPE = 9

const MOST_PPS_ID = 255
const MOST_IDR_PIC_ID = 0xffff
const MOST_REFERENCES_MINUS_1 = 31
const MOST_REDUNDANT = 127
const NO_DEBLOCKING = 1

/** Reads slices, types 1 and 5. */
export type SliceHeaderParser = UnitHeaderParser<SetLookup, SliceHeader>

/** Makes a reader for the slices of a stream. @source ITU-T H.264, 7.3.3 and 7.4.3 */
export const createSliceHeaderParser = (): SliceHeaderParser => createUnitHeaderParser('avc', readHeader)

/** Reads one header; for many, `createSliceHeaderParser` keeps its working memory. */
export const parseSliceHeader: SliceHeaderParser['parse'] = (bytes, from, to, sets, out) =>
  createSliceHeaderParser().parse(bytes, from, to, sets, out)

const readHeader = (reader: BitReader, sets: SetLookup, out: SliceHeader): void => {
  readNalHeader(reader, out)
  out.firstMacroblock = readUe(reader)
  out.sliceType = readUeUpTo(reader, MOST_SLICE_TYPE, 'slice_type') % SLICE_TYPES
  out.ppsId = readUeUpTo(reader, MOST_PPS_ID, 'pic_parameter_set_id')
  if (reader.expected !== undefined) return
  const pps = sets.pps(out.ppsId)
  const sps = pps === undefined ? undefined : sets.sps(pps.spsId)
  if (pps === undefined || sps === undefined) {
    failBits(reader, 'parameter sets that came before', `picture parameter set ${out.ppsId}`)
    return
  }
  readPictureFields(reader, sps, out)
  readOrderFields(reader, { sps, pps }, out)
  out.redundantPicture = pps.redundantPictures ? readUeUpTo(reader, MOST_REDUNDANT, 'redundant_pic_cnt') : 0
  readReferences(reader, { sps, pps }, out)
  out.resetsOrder = out.nalRefIdc !== 0 && readMarking(reader, out.idr)
  readCodingFields(reader, pps, out.sliceType)
  if (pps.sliceGroupChangeRate > 0) readBits(reader, changeCycleBits(sps.mapUnits, pps.sliceGroupChangeRate))
}

interface Sets {
  readonly sps: Sps
  readonly pps: Pps
}

const readNalHeader = (reader: BitReader, out: SliceHeader): void => {
  const header = readBits(reader, 8)
  out.nalUnitType = nalUnitType(header)
  out.nalRefIdc = nalRefIdc(header)
  out.idr = out.nalUnitType === NAL_IDR_SLICE
  if (!out.idr && out.nalUnitType !== NAL_SLICE) {
    failBits(reader, 'a slice (NAL unit type 1 or 5)', `type ${out.nalUnitType}`)
  }
  if (out.idr && out.nalRefIdc === 0) failBits(reader, 'an IDR picture that others may refer to', 'nal_ref_idc 0')
}

const readPictureFields = (reader: BitReader, sps: Sps, out: SliceHeader): void => {
  if (sps.separateColourPlanes) readBits(reader, 2)
  out.frameNum = readBits(reader, sps.frameNumBits)
  out.fieldPicture = !sps.frameMbsOnly && readFlag(reader)
  out.bottomField = out.fieldPicture && readFlag(reader)
  out.idrPicId = out.idr ? readUeUpTo(reader, MOST_IDR_PIC_ID, 'idr_pic_id') : 0
}

const readOrderFields = (reader: BitReader, { sps, pps }: Sets, out: SliceHeader): void => {
  const rule = sps.pictureOrder
  const bothFields = pps.bottomFieldPicOrderInFrame && !out.fieldPicture
  out.pictureOrderLsb = rule.type === 0 ? readBits(reader, rule.lsbBits) : 0
  out.deltaPictureOrderBottom = rule.type === 0 && bothFields ? readSe(reader) : 0
  const tells = rule.type === 1 && !rule.deltaAlwaysZero
  out.deltaPictureOrder0 = tells ? readSe(reader) : 0
  out.deltaPictureOrder1 = tells && bothFields ? readSe(reader) : 0
}

const readReferences = (reader: BitReader, { sps, pps }: Sets, { sliceType }: SliceHeader): void => {
  if (sliceType === I || sliceType === SI) return
  if (sliceType === B) readFlag(reader) // direct_spatial_mv_pred_flag
  let [first, second] = pps.numRefIdxDefault
  if (readFlag(reader)) {
    first = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l0_active_minus1') + 1
    if (sliceType === B) second = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l1_active_minus1') + 1
  }
  skipListModification(reader)
  if (sliceType === B) skipListModification(reader)
  const weighted = sliceType === B ? pps.weightedBipredIdc === 1 : pps.weightedPrediction
  if (!weighted) return
  const hasChroma = sps.chromaFormat !== 0 && !sps.separateColourPlanes
  skipWeights(reader, first, sliceType === B ? second : 0, hasChroma)
}

const readCodingFields = (reader: BitReader, pps: Pps, sliceType: number): void => {
  if (pps.cabac && sliceType !== I && sliceType !== SI) readUeUpTo(reader, 2, 'cabac_init_idc')
  readSe(reader) // slice_qp_delta
  if (sliceType === SP) readFlag(reader) // sp_for_switch_flag
  if (sliceType === SP || sliceType === SI) readSe(reader) // slice_qs_delta
  if (!pps.deblockingControl) return
  if (readUeUpTo(reader, 2, 'disable_deblocking_filter_idc') === NO_DEBLOCKING) return
  readSe(reader) // slice_alpha_c0_offset_div2
  readSe(reader) // slice_beta_offset_div2
}

/** Ceil(Log2(units ÷ rate + 1)), the division exact. @source ITU-T H.264, 7.4.3, slice_group_change_cycle */
const changeCycleBits = (units: number, rate: number): number => {
  let bits = 0
  while (2 ** bits * rate < units + rate) bits += 1
  return bits
}
