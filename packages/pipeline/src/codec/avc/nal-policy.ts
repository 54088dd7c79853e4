import { CLEAR, LEARN, LEAVE_OUT, PROTECT, refuse, type NalPolicy } from '../nal/nal-policy'
import {
  NAL_ACCESS_UNIT_DELIMITER,
  NAL_AUXILIARY_SLICE,
  NAL_DEPTH_SLICE,
  NAL_EXTENSION_SLICE,
  NAL_FILLER,
  NAL_IDR_SLICE,
  NAL_PARTITION_A,
  NAL_PARTITION_B,
  NAL_PARTITION_C,
  NAL_PPS,
  NAL_SLICE,
  NAL_SPS,
  NAL_SPS_EXTENSION,
  NAL_SUBSET_SPS,
} from './nal-unit-type'

const PARTITION = refuse('data partitioning')
const AUXILIARY = refuse('auxiliary pictures')
const LAYERS = refuse('further layers or views')

/**
 * Where a type is not listed the unit is kept clear: supplemental information, ends of sequence and stream, reserved
 * types, and prefixes (type 14), which say to which layer a slice belongs and hold nothing of it.
 *
 * Data partitions have headers of another form, and only partition A says where it ends; slices of auxiliary pictures,
 * further layers and views refer to sets that `avcC` does not hold. Kept clear they would give pictures away, so they
 * are refused.
 */
const POLICIES: ReadonlyMap<number, NalPolicy> = new Map([
  [NAL_SLICE, PROTECT],
  [NAL_PARTITION_A, PARTITION],
  [NAL_PARTITION_B, PARTITION],
  [NAL_PARTITION_C, PARTITION],
  [NAL_IDR_SLICE, PROTECT],
  [NAL_SPS, LEARN],
  [NAL_PPS, LEARN],
  [NAL_ACCESS_UNIT_DELIMITER, LEAVE_OUT],
  [NAL_FILLER, LEAVE_OUT],
  [NAL_SPS_EXTENSION, AUXILIARY],
  [NAL_SUBSET_SPS, LAYERS],
  [NAL_AUXILIARY_SLICE, AUXILIARY],
  [NAL_EXTENSION_SLICE, LAYERS],
  [NAL_DEPTH_SLICE, LAYERS],
])

/** Decides by NAL unit type. @source ITU-T H.264, Table 7-1; ISO/IEC 14496-15, 5.3; ISO/IEC 23001-7, 9.5.2 */
export const nalPolicy = (type: number): NalPolicy => POLICIES.get(type) ?? CLEAR
