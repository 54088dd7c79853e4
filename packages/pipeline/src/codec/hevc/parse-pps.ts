import * as E from 'fp-ts/Either'

import type { SetFault } from '../nal/set-store'
import { createBitReader, failBits, openBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readSe, readUe, readUeUpTo } from '../nal/exp-golomb'
import { malformedHevc, unsupportedHevc } from './malformed-hevc'
import { HEADER_BYTES, hevcUnitType, NAL_PPS } from './nal-unit-type'
import { readPpsExtensions, type PpsExtensions } from './pps-extensions'
import { skipScalingLists } from './scaling-lists'
import { readTiles, type Tiles } from './tiles'

/** What a picture parameter set says that reading slice headers needs. */
export interface HevcPps extends Omit<PpsExtensions, 'refused'> {
  readonly id: number
  readonly spsId: number
  readonly dependentSlices: boolean
  readonly outputFlag: boolean
  readonly extraHeaderBits: number
  readonly cabacInit: boolean
  readonly numRefIdxDefault: readonly [number, number]
  readonly sliceChromaQpOffsets: boolean
  readonly weightedPrediction: boolean
  readonly weightedBiprediction: boolean
  /** Undefined where pictures are not cut in tiles. */
  readonly tiles: Tiles | undefined
  /** Each row of tree blocks can be decoded beside the one above it. */
  readonly wavefronts: boolean
  readonly filterAcrossSlices: boolean
  readonly deblockingOverride: boolean
  readonly deblockingDisabled: boolean
  readonly listsModification: boolean
  readonly headerExtension: boolean
}

const MOST_PPS_ID = 63
const MOST_SPS_ID = 15
const MOST_REFERENCES_MINUS_1 = 14

/**
 * Reads a picture parameter set of the base layer from a NAL unit with its header.
 *
 * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`; `UnsupportedMedia` for extensions of
 *   further layers and 3D video, and where weights of a slice would depend on which reference is the picture itself.
 * @source ITU-T H.265, 7.3.2.3 and 7.4.3.3
 */
export const parsePps = (bytes: Uint8Array, from = 0, to = bytes.length): E.Either<SetFault, HevcPps> => {
  const reader = createBitReader()
  openBits(reader, bytes, from, to)
  const type = hevcUnitType(readBits(reader, 8 * HEADER_BYTES) >> 8)
  if (type !== NAL_PPS) failBits(reader, `a picture parameter set (NAL unit type ${NAL_PPS})`, `type ${type}`)
  const { refused, ...pps } = readPps(reader)
  if (reader.expected !== undefined) return malformedHevc(reader.at, reader.expected, reader.found)
  if (refused !== undefined) return unsupportedHevc(from, refused)
  return pps.refersToItself && (pps.weightedPrediction || pps.weightedBiprediction)
    ? unsupportedHevc(from, 'weighted prediction beside references to the picture itself')
    : E.right(pps)
}

const readPps = (reader: BitReader): HevcPps & PpsExtensions => {
  const ids = readIds(reader)
  readFlag(reader) // constrained_intra_pred_flag
  const transformSkip = readFlag(reader)
  if (readFlag(reader)) readUe(reader) // diff_cu_qp_delta_depth
  readSe(reader) // pps_cb_qp_offset
  readSe(reader) // pps_cr_qp_offset
  const sliceChromaQpOffsets = readFlag(reader)
  const [weightedPrediction, weightedBiprediction] = [readFlag(reader), readFlag(reader)]
  readFlag(reader) // transquant_bypass_enabled_flag
  const [tiled, wavefronts] = [readFlag(reader), readFlag(reader)]
  const tiles = tiled ? readTiles(reader) : undefined
  const filters = readFilters(reader)
  if (readFlag(reader)) skipScalingLists(reader)
  const listsModification = readFlag(reader)
  readUe(reader) // log2_parallel_merge_level_minus2
  const headerExtension = readFlag(reader)
  const prediction = { sliceChromaQpOffsets, weightedPrediction, weightedBiprediction, tiles, wavefronts }
  const extensions = readPpsExtensions(reader, transformSkip)
  return { ...ids, ...prediction, ...filters, listsModification, headerExtension, ...extensions }
}

const readIds = (
  reader: BitReader
): Pick<
  HevcPps,
  'id' | 'spsId' | 'dependentSlices' | 'outputFlag' | 'extraHeaderBits' | 'cabacInit' | 'numRefIdxDefault'
> => {
  const id = readUeUpTo(reader, MOST_PPS_ID, 'pps_pic_parameter_set_id')
  const spsId = readUeUpTo(reader, MOST_SPS_ID, 'pps_seq_parameter_set_id')
  const [dependentSlices, outputFlag] = [readFlag(reader), readFlag(reader)]
  const extraHeaderBits = readBits(reader, 3)
  readFlag(reader) // sign_data_hiding_enabled_flag
  const cabacInit = readFlag(reader)
  const first = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l0_default_active_minus1') + 1
  const second = readUeUpTo(reader, MOST_REFERENCES_MINUS_1, 'num_ref_idx_l1_default_active_minus1') + 1
  readSe(reader) // init_qp_minus26
  return { id, spsId, dependentSlices, outputFlag, extraHeaderBits, cabacInit, numRefIdxDefault: [first, second] }
}

const readFilters = (
  reader: BitReader
): Pick<HevcPps, 'filterAcrossSlices' | 'deblockingOverride' | 'deblockingDisabled'> => {
  const filterAcrossSlices = readFlag(reader)
  if (!readFlag(reader)) return { filterAcrossSlices, deblockingOverride: false, deblockingDisabled: false }
  const [deblockingOverride, deblockingDisabled] = [readFlag(reader), readFlag(reader)]
  if (!deblockingDisabled) {
    readSe(reader) // pps_beta_offset_div2
    readSe(reader) // pps_tc_offset_div2
  }
  return { filterAcrossSlices, deblockingOverride, deblockingDisabled }
}
