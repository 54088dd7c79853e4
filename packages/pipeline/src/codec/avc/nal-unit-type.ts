/** Coded slice of a non-IDR picture. @source ITU-T H.264, Table 7-1, for this and the following */
export const NAL_SLICE = 1
/** The first of the three partitions of a slice. */
export const NAL_PARTITION_A = 2
/** The second of the three partitions of a slice. */
export const NAL_PARTITION_B = 3
/** The last of the three partitions of a slice. */
export const NAL_PARTITION_C = 4
/** Coded slice of an IDR picture. */
export const NAL_IDR_SLICE = 5
/** Sequence parameter set. */
export const NAL_SPS = 7
/** Picture parameter set. */
export const NAL_PPS = 8
/** Access unit delimiter. */
export const NAL_ACCESS_UNIT_DELIMITER = 9
/** Filler data. */
export const NAL_FILLER = 12
/** Sequence parameter set extension, for auxiliary pictures. */
export const NAL_SPS_EXTENSION = 13
/** Sequence parameter set of a further layer or view. */
export const NAL_SUBSET_SPS = 15
/** Coded slice of an auxiliary picture. */
export const NAL_AUXILIARY_SLICE = 19
/** Coded slice of a further layer (SVC) or view (MVC). */
export const NAL_EXTENSION_SLICE = 20
/** Coded slice of a depth view or 3D-AVC texture view. */
export const NAL_DEPTH_SLICE = 21

const TYPE_MASK = 0x1f

/** The type in the first byte of a NAL unit. */
export const nalUnitType = (header: number): number => header & TYPE_MASK

/** The `nal_ref_idc` in the first byte of a NAL unit: 0 when no other picture refers to this one. */
export const nalRefIdc = (header: number): number => (header >> 5) & 3
