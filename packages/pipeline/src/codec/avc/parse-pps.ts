import * as E from 'fp-ts/Either'

import type { MalformedMedia } from '../../fault/pipeline-fault'
import { createBitReader, failBits, moreData, openBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'
import { malformedAvc } from './malformed-avc'
import { NAL_PPS, nalUnitType } from './nal-unit-type'
import { largeListCount, skipScalingLists } from './scaling-lists'

/** What a picture parameter set says that reading slice headers needs. */
export interface Pps {
  readonly id: number
  readonly spsId: number
  /** Arithmetic (CABAC) and not variable-length (CAVLC) coding. */
  readonly cabac: boolean
  readonly bottomFieldPicOrderInFrame: boolean
  /** Macroblocks by which changing slice groups grow; 0 when slice headers say nothing of it. */
  readonly sliceGroupChangeRate: number
  readonly numRefIdxDefault: readonly [number, number]
  readonly weightedPrediction: boolean
  /** 0 default, 1 explicit, 2 implicit. */
  readonly weightedBipredIdc: number
  readonly deblockingControl: boolean
  readonly redundantPictures: boolean
}

const MOST_PPS_ID = 255
const MOST_SPS_ID = 31
const MOST_GROUPS_MINUS_1 = 7
const MOST_MAP_TYPE = 6
/** Slice groups that change from picture to picture. */
const FIRST_CHANGING_MAP = 3
const LAST_CHANGING_MAP = 5
const MOST_REFERENCES_MINUS_1 = 31
const CHROMA_420 = 1

/**
 * Reads a picture parameter set from a NAL unit with its header byte.
 *
 * @param chromaFormat of the sequence parameter set with that id, which says how many scaling lists there are; 4:2:0
 *   where it is not known.
 * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`.
 * @source ITU-T H.264, 7.3.2.2 and 7.4.2.2
 */
export const parsePps = (
  bytes: Uint8Array,
  from = 0,
  to = bytes.length,
  chromaFormat: (spsId: number) => number | undefined = () => undefined
): E.Either<MalformedMedia, Pps> => {
  const reader = createBitReader()
  openBits(reader, bytes, from, to)
  const type = nalUnitType(readBits(reader, 8))
  if (type !== NAL_PPS) failBits(reader, 'a picture parameter set (NAL unit type 8)', `type ${type}`)
  const pps = readPps(reader, chromaFormat)
  return reader.expected === undefined ? E.right(pps) : malformedAvc(reader.at, reader.expected, reader.found)
}

const readPps = (reader: BitReader, chromaFormat: (spsId: number) => number | undefined): Pps => {
  const id = readUeUpTo(reader, MOST_PPS_ID, 'pic_parameter_set_id')
  const spsId = readUeUpTo(reader, MOST_SPS_ID, 'seq_parameter_set_id')
  const cabac = readFlag(reader)
  const bottomFieldPicOrderInFrame = readFlag(reader)
  const sliceGroupChangeRate = readSliceGroups(reader)
  const first = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l0_default_active_minus1') + 1
  const second = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l1_default_active_minus1') + 1
  const weightedPrediction = readFlag(reader)
  const weightedBipredIdc = readBits(reader, 2)
  if (weightedBipredIdc > 2) failBits(reader, 'weighted_bipred_idc of at most 2', '3')
  for (let field = 0; field < 3; field += 1) readSe(reader) // pic_init_qp, pic_init_qs, chroma_qp_index_offset
  const deblockingControl = readFlag(reader)
  readFlag(reader) // constrained_intra_pred_flag
  const redundantPictures = readFlag(reader)
  if (moreData(reader)) skipTransformFields(reader, chromaFormat(spsId) ?? CHROMA_420)
  return {
    id,
    spsId,
    cabac,
    bottomFieldPicOrderInFrame,
    sliceGroupChangeRate,
    numRefIdxDefault: [first, second],
    weightedPrediction,
    weightedBipredIdc,
    deblockingControl,
    redundantPictures,
  }
}

const skipTransformFields = (reader: BitReader, chromaFormat: number): void => {
  const with8x8 = readFlag(reader)
  if (readFlag(reader)) skipScalingLists(reader, with8x8 ? largeListCount(chromaFormat) : 0)
  readSe(reader) // second_chroma_qp_index_offset
}

/** Reads how macroblocks are shared among slice groups; answers the rate of change, 0 when they do not change. */
const readSliceGroups = (reader: BitReader): number => {
  const last = readUeUpTo(reader, MOST_GROUPS_MINUS_1, 'num_slice_groups_minus1')
  if (last === 0) return 0
  const map = readUeUpTo(reader, MOST_MAP_TYPE, 'slice_group_map_type')
  if (map === 0) for (let group = 0; group <= last; group += 1) readUe(reader)
  if (map === 2) for (let corner = 0; corner < 2 * last; corner += 1) readUe(reader)
  if (map === MOST_MAP_TYPE) skipGroupIds(reader, last)
  if (map < FIRST_CHANGING_MAP || map > LAST_CHANGING_MAP) return 0
  readFlag(reader) // slice_group_change_direction_flag
  return readUe(reader) + 1
}

const skipGroupIds = (reader: BitReader, last: number): void => {
  const count = readUe(reader) + 1
  const bits = 32 - Math.clz32(last)
  for (let unit = 0; unit < count && reader.expected === undefined; unit += 1) readBits(reader, bits)
}
