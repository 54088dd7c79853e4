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

/** What becomes of a NAL unit on export. */
export type NalPolicy =
  | { readonly type: 'LeaveOut' }
  | { readonly type: 'LearnSps' }
  | { readonly type: 'LearnPps' }
  | { readonly type: 'Refuse'; readonly what: string }
  /** Kept, all of it clear. */
  | { readonly type: 'Clear' }
  /** Kept, its slice data protected. */
  | { readonly type: 'Protect' }

const LEAVE_OUT: NalPolicy = { type: 'LeaveOut' }
const CLEAR: NalPolicy = { type: 'Clear' }
const PROTECT: NalPolicy = { type: 'Protect' }
const PARTITION: NalPolicy = { type: 'Refuse', what: 'data partitioning' }
const AUXILIARY: NalPolicy = { type: 'Refuse', what: 'auxiliary pictures' }
const LAYERS: NalPolicy = { type: 'Refuse', what: 'further layers or views' }

/**
 * Where a type is not listed the unit is kept clear: supplemental information, ends of sequence and stream, reserved
 * types, and prefixes (type 14), which say to which layer a slice belongs and hold nothing of it.
 *
 * Data partitions have headers of another form, and only partition A says where it ends; slices of auxiliary pictures,
 * further layers and views refer to sets that `avcC` does not hold. Kept clear they would give pictures away, so they
 * are refused.
 */
const POLICIES: ReadonlyMap<number, NalPolicy> = new Map<number, NalPolicy>([
  [NAL_SLICE, PROTECT],
  [NAL_PARTITION_A, PARTITION],
  [NAL_PARTITION_B, PARTITION],
  [NAL_PARTITION_C, PARTITION],
  [NAL_IDR_SLICE, PROTECT],
  [NAL_SPS, { type: 'LearnSps' }],
  [NAL_PPS, { type: 'LearnPps' }],
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
