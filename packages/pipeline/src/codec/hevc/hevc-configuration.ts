import * as E from 'fp-ts/Either'

import { recordedSize, writeRecordedSets } from '../nal/recorded-sets'
import { hevcUnitType, NAL_PPS, NAL_PREFIX_SEI, NAL_SPS, NAL_SUFFIX_SEI, NAL_VPS } from './nal-unit-type'
import { parsePps, type HevcPps } from './parse-pps'
import { parseSps } from './parse-sps'
import { parseVps } from './parse-vps'
import { commonProfile, type ProfileTierLevel } from './profile-tier-level'

const VERSION = 1
const RESERVED_4 = 0xf0
const RESERVED_5 = 0xf8
const RESERVED_6 = 0xfc
const FOUR_BYTE_LENGTHS = 3
const HEAD_BYTES = 23
const ARRAY_HEAD_BYTES = 3
/** All sets of this kind are in the record, and none in samples. */
const COMPLETE = 0x80

/** Most NAL units of one type that a record can hold. */
export const MOST_UNITS = 0xffff

/** What a configuration record holds: NAL units with their headers. */
export interface RecordedUnits {
  readonly vps: ReadonlyArray<Uint8Array>
  readonly sps: ReadonlyArray<Uint8Array>
  readonly pps: ReadonlyArray<Uint8Array>
  /** Supplemental information of the whole stream. */
  readonly supplemental: ReadonlyArray<Uint8Array>
}

/**
 * Writes an `HEVCDecoderConfigurationRecord` for samples with lengths of four bytes, and without parameter sets (`hvc1`).
 * Sets are NAL units with their headers that were parsed before; what does not fit is a fault of the caller and throws.
 *
 * @source ISO/IEC 14496-15, 8.3.3.1
 */
export const hevcConfiguration = (units: RecordedUnits): Uint8Array => {
  const arrays = arraysOf(units)
  const size = arrays.reduce((sum, array) => sum + ARRAY_HEAD_BYTES + recordedSize(array.units), HEAD_BYTES)
  const record = new Uint8Array(size)
  record.set(headOf(units))
  record[HEAD_BYTES - 1] = arrays.length
  let at = HEAD_BYTES
  for (const { type, complete, units: own } of arrays) {
    if (own.length > MOST_UNITS) throw new RangeError('more NAL units than fit')
    record.set([(complete ? COMPLETE : 0) | type, own.length >> 8, own.length & 0xff], at)
    at = writeRecordedSets(record, at + ARRAY_HEAD_BYTES, own)
  }
  return record
}

interface UnitArray {
  readonly type: number
  readonly complete: boolean
  readonly units: ReadonlyArray<Uint8Array>
}

const arraysOf = ({ vps, sps, pps, supplemental }: RecordedUnits): ReadonlyArray<UnitArray> => {
  const ofType = (wanted: number): ReadonlyArray<Uint8Array> =>
    supplemental.filter((unit) => hevcUnitType(unit[0] ?? 0) === wanted)
  return [
    { type: NAL_VPS, complete: true, units: vps },
    { type: NAL_SPS, complete: true, units: sps },
    { type: NAL_PPS, complete: true, units: pps },
    { type: NAL_PREFIX_SEI, complete: false, units: ofType(NAL_PREFIX_SEI) },
    { type: NAL_SUFFIX_SEI, complete: false, units: ofType(NAL_SUFFIX_SEI) },
  ].filter(({ units }) => units.length > 0)
}

const parsed = <Set>(units: ReadonlyArray<Uint8Array>, parse: (unit: Uint8Array) => E.Either<unknown, Set>): Set[] =>
  units.map((unit) => {
    const set = parse(unit)
    if (E.isLeft(set)) throw new RangeError('a parameter set that does not hold')
    return set.right
  })

const headOf = (units: RecordedUnits): ReadonlyArray<number> => {
  const [vps, sps, pps] = [parsed(units.vps, parseVps), parsed(units.sps, parseSps), parsed(units.pps, parsePps)]
  const [first] = sps
  if (first === undefined) throw new RangeError('no parameter set to begin with')
  const profile = commonProfile([...vps, ...sps].map((set) => set.profile))
  const segmentation = Math.min(...sps.map(({ minSpatialSegmentation = 0 }) => minSpatialSegmentation))
  const subLayers = Math.max(...[...vps, ...sps].map(({ maxSubLayers }) => maxSubLayers))
  const nesting = sps.every(({ temporalIdNesting }) => temporalIdNesting)
  return [
    VERSION,
    ...profileBytes(profile),
    RESERVED_4 | (segmentation >> 8),
    segmentation & 0xff,
    RESERVED_6 | (segmentation === 0 ? UNKNOWN : parallelism(pps)),
    RESERVED_6 | first.chromaFormat,
    RESERVED_5 | (first.bitDepthLuma - 8),
    RESERVED_5 | (first.bitDepthChroma - 8),
    ...[0, 0], // avgFrameRate: not said
    (subLayers << 3) | (nesting ? 4 : 0) | FOUR_BYTE_LENGTHS,
  ]
}

const profileBytes = (profile: ProfileTierLevel): ReadonlyArray<number> => [
  (profile.profileSpace << 6) | (profile.highTier ? 0x20 : 0) | profile.profile,
  ...[24, 16, 8, 0].map((shift) => (profile.compatibility >>> shift) & 0xff),
  ...profile.constraints,
  profile.level,
]

/** `parallelismType`: 0 also where pictures of the stream differ, or more than one kind is used. */
const UNKNOWN = 0
const BY_SLICES = 1
const BY_TILES = 2
const BY_ROWS = 3

const parallelism = (pps: ReadonlyArray<HevcPps>): number => {
  const kinds = new Set(pps.map(kindOf))
  const [kind = UNKNOWN] = kinds
  return kinds.size === 1 ? kind : UNKNOWN
}

const kindOf = ({ tiles, wavefronts }: HevcPps): number => {
  if (tiles !== undefined) return wavefronts ? UNKNOWN : BY_TILES
  return wavefronts ? BY_ROWS : BY_SLICES
}
