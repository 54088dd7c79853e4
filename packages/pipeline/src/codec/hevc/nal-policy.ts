import { CLEAR, END_SEQUENCE, LEARN, LEAVE_OUT, PROTECT, refuse, type NalPolicy } from '../nal/nal-policy'
import {
  NAL_ACCESS_UNIT_DELIMITER,
  NAL_BLA_W_LP,
  NAL_CRA,
  NAL_DOLBY_RPU,
  NAL_END_OF_BITSTREAM,
  NAL_END_OF_SEQUENCE,
  NAL_FILLER,
  NAL_LAST_VCL,
  NAL_PPS,
  NAL_RASL_R,
  NAL_SPS,
  NAL_UNSPECIFIED,
  NAL_VPS,
} from './nal-unit-type'

const LAYERS = refuse('further layers or views')
const RESERVED = refuse('slices of a reserved type')
const UNSPECIFIED = refuse('NAL units of an unspecified type')

const POLICIES: ReadonlyMap<number, NalPolicy> = new Map([
  [NAL_VPS, LEARN],
  [NAL_SPS, LEARN],
  [NAL_PPS, LEARN],
  [NAL_ACCESS_UNIT_DELIMITER, LEAVE_OUT],
  [NAL_END_OF_SEQUENCE, END_SEQUENCE],
  [NAL_END_OF_BITSTREAM, END_SEQUENCE],
  [NAL_FILLER, LEAVE_OUT],
  [NAL_DOLBY_RPU, CLEAR],
])

/**
 * Decides by NAL unit type and layer. Supplemental information and reserved types outside slices are kept clear.
 *
 * Further layers refer to sets that `hvcC` does not hold, slices of reserved types have headers of a form that nobody
 * knows, and some fill unspecified types with slices, as Dolby Vision does with those of its second layer (type 63).
 * Kept clear they would give pictures away, so they are refused.
 *
 * @source ITU-T H.265, Table 7-1; ISO/IEC 14496-15, 8.3; ISO/IEC 23001-7, 9.5.2
 */
export const nalPolicy = (type: number, layerId: number): NalPolicy => {
  if (layerId > 0) return LAYERS
  if (type <= NAL_RASL_R || (type >= NAL_BLA_W_LP && type <= NAL_CRA)) return PROTECT
  if (type <= NAL_LAST_VCL) return RESERVED
  return POLICIES.get(type) ?? (type >= NAL_UNSPECIFIED ? UNSPECIFIED : CLEAR)
}
