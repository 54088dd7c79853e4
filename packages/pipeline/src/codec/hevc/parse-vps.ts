import * as E from 'fp-ts/Either'

import type { SetFault } from '../nal/set-store'
import { createBitReader, failBits, openBits, readBits, readFlag, type BitReader } from '../nal/bit-reader'
import { readUeUpTo } from '../nal/exp-golomb'
import { malformedHevc, unsupportedHevc } from './malformed-hevc'
import { HEADER_BYTES, hevcUnitType, NAL_VPS } from './nal-unit-type'
import { readTiming, type HevcTiming } from './parse-vui'
import { readProfileTierLevel, type ProfileTierLevel } from './profile-tier-level'
import { readSubLayerOrdering } from './sub-layer-ordering'

/** What a video parameter set says of the base layer. */
export interface Vps {
  readonly id: number
  readonly maxSubLayers: number
  readonly profile: ProfileTierLevel
  readonly timing?: HevcTiming
}

const MOST_SUB_LAYERS_MINUS_1 = 6
const MOST_LAYER_SETS_MINUS_1 = 1023
const RESERVED_16 = 0xffff

/**
 * Reads a video parameter set from a NAL unit with its header, up to the clock. What follows is about buffers and further
 * layers.
 *
 * @errors `MalformedMedia` at the offset where reading stopped, counted in `bytes`; `UnsupportedMedia` for a base layer
 *   that is not in the stream.
 * @source ITU-T H.265, 7.3.2.1 and 7.4.3.1
 */
export const parseVps = (bytes: Uint8Array, from = 0, to = bytes.length): E.Either<SetFault, Vps> => {
  const reader = createBitReader()
  openBits(reader, bytes, from, to)
  const type = hevcUnitType(readBits(reader, 8 * HEADER_BYTES) >> 8)
  if (type !== NAL_VPS) failBits(reader, `a video parameter set (NAL unit type ${NAL_VPS})`, `type ${type}`)
  const id = readBits(reader, 4)
  const [internal, available] = [readFlag(reader), readFlag(reader)]
  const vps = readVps(reader, id)
  if (reader.expected !== undefined) return malformedHevc(reader.at, reader.expected, reader.found)
  return internal && available ? E.right(vps) : unsupportedHevc(from, 'a base layer from elsewhere')
}

const readVps = (reader: BitReader, id: number): Vps => {
  readBits(reader, 6) // vps_max_layers_minus1
  const subLayers = readBits(reader, 3)
  if (subLayers > MOST_SUB_LAYERS_MINUS_1) failBits(reader, 'at most 7 sub-layers', '8')
  readFlag(reader) // vps_temporal_id_nesting_flag
  const reserved = readBits(reader, 16)
  if (reserved !== RESERVED_16) failBits(reader, 'vps_reserved_0xffff_16bits', String(reserved))
  const profile = readProfileTierLevel(reader, subLayers)
  readSubLayerOrdering(reader, subLayers)
  skipLayerSets(reader)
  const timing = readFlag(reader) ? readTiming(reader) : undefined
  return { id, maxSubLayers: subLayers + 1, profile, ...(timing === undefined ? {} : { timing }) }
}

const skipLayerSets = (reader: BitReader): void => {
  const layers = readBits(reader, 6) + 1
  const sets = readUeUpTo(reader, MOST_LAYER_SETS_MINUS_1, 'vps_num_layer_sets_minus1')
  for (let flag = 0; flag < sets * layers && reader.expected === undefined; flag += 1) readFlag(reader)
}
