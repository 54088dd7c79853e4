/**
 * The last type of slices of sub-layers: no picture of the same sub-layer refers to those of even types.
 *
 * @source ITU-T H.265, Table 7-1, for this and the following
 */
export const LAST_SUB_LAYER_TYPE = 15
/** Leading pictures that are decoded without what comes before the random access point: not referred to. */
export const NAL_RADL_N = 6
/** The same, referred to by others of their kind. */
export const NAL_RADL_R = 7
/** Leading pictures that need what comes before the random access point: not referred to. */
export const NAL_RASL_N = 8
/** The last type of slices outside random access points that is in use. */
export const NAL_RASL_R = 9
/** The first type of pictures at which decoding can begin. */
export const NAL_BLA_W_LP = 16
/** Instantaneous decoding refresh with leading pictures. */
export const NAL_IDR_W_RADL = 19
/** Instantaneous decoding refresh without leading pictures. */
export const NAL_IDR_N_LP = 20
/** Clean random access: leading pictures may need what comes before. */
export const NAL_CRA = 21
/** The last type that is reserved for pictures at which decoding can begin. */
export const NAL_LAST_IRAP = 23
/** The last type for slices of any kind; above are other units. */
export const NAL_LAST_VCL = 31
/** Video parameter set. */
export const NAL_VPS = 32
/** Sequence parameter set. */
export const NAL_SPS = 33
/** Picture parameter set. */
export const NAL_PPS = 34
/** Access unit delimiter. */
export const NAL_ACCESS_UNIT_DELIMITER = 35
/** End of sequence. */
export const NAL_END_OF_SEQUENCE = 36
/** End of bitstream. */
export const NAL_END_OF_BITSTREAM = 37
/** Filler data. */
export const NAL_FILLER = 38
/** Supplemental information in front of the slices that it is about. */
export const NAL_PREFIX_SEI = 39
/** Supplemental information behind them. */
export const NAL_SUFFIX_SEI = 40
/** The first type that the specification leaves to others. */
export const NAL_UNSPECIFIED = 48
/**
 * What Dolby Vision takes one of them for: how to map the colours of a picture.
 *
 * @source Dolby Vision Streams Within the ISO Base Media File Format, 2.1
 */
export const NAL_DOLBY_RPU = 62

/** Bytes in front of each payload. */
export const HEADER_BYTES = 2

/** The type in the first byte of a NAL unit. */
export const hevcUnitType = (header: number): number => (header >> 1) & 0x3f

/** The `nuh_layer_id` in the two bytes of the header; 0 is the base layer. */
export const hevcLayerId = (first: number, second: number): number => ((first & 1) << 5) | (second >> 3)

/** The `TemporalId` in the second byte of the header; -1 for a header that is not allowed. */
export const hevcTemporalId = (second: number): number => (second & 7) - 1

/** Whether decoding can begin with pictures of this type (IRAP). */
export const isRandomAccess = (type: number): boolean => type >= NAL_BLA_W_LP && type <= NAL_LAST_IRAP

/** Whether pictures of this type begin a sequence in any place (IDR). */
export const isRefresh = (type: number): boolean => type === NAL_IDR_W_RADL || type === NAL_IDR_N_LP

/** Whether no picture of the same sub-layer refers to pictures of this type. */
export const isSubLayerNonReference = (type: number): boolean => type <= LAST_SUB_LAYER_TYPE && type % 2 === 0
