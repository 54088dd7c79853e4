import { readBits, readFlag, type BitReader } from '../nal/bit-reader'

/** What a decoder must be able to do. */
export interface ProfileTierLevel {
  /** 0 for profiles of the specification, else a letter of its own in codec strings: 1 A, 2 B, 3 C. */
  readonly profileSpace: number
  /** High and not main tier. */
  readonly highTier: boolean
  readonly profile: number
  /** `general_profile_compatibility_flag`, the one of profile 0 highest. */
  readonly compatibility: number
  /** The 48 bits from `general_progressive_source_flag` on, as six bytes. */
  readonly constraints: ReadonlyArray<number>
  /** 30 times the number of the level. */
  readonly level: number
}

const CONSTRAINT_BYTES = 6
/** Sub-layers for which there are flags where there is more than one. */
const FLAGGED_SUB_LAYERS = 8
/** Profile fields of a sub-layer. */
const SUB_LAYER_PROFILE_BYTES = 11

/**
 * Reads the profile, tier and level of a set, and past those of its sub-layers but the last.
 *
 * @param subLayers `sps_max_sub_layers_minus1` or `vps_max_sub_layers_minus1`, at most 6.
 * @source ITU-T H.265, 7.3.3
 */
export const readProfileTierLevel = (reader: BitReader, subLayers: number): ProfileTierLevel => {
  const general: ProfileTierLevel = {
    profileSpace: readBits(reader, 2),
    highTier: readFlag(reader),
    profile: readBits(reader, 5),
    compatibility: readBits(reader, 32),
    constraints: Array.from({ length: CONSTRAINT_BYTES }, () => readBits(reader, 8)),
    level: readBits(reader, 8),
  }
  skipSubLayers(reader, subLayers)
  return general
}

const skipSubLayers = (reader: BitReader, subLayers: number): void => {
  if (subLayers === 0) return
  let profiles = 0
  let levels = 0
  for (let layer = 0; layer < FLAGGED_SUB_LAYERS; layer += 1) {
    const [profile, level] = [readBits(reader, 1), readBits(reader, 1)]
    if (layer < subLayers) {
      profiles += profile
      levels += level
    }
  }
  // In the syntax they stand layer by layer; past them it is the same.
  for (let byte = 0; byte < profiles * SUB_LAYER_PROFILE_BYTES + levels; byte += 1) readBits(reader, 8)
}

/**
 * What a decoder of all the sets must be able to do: the highest profile, tier and level, and of compatibilities and
 * constraints those that all have.
 *
 * @source ISO/IEC 14496-15, 8.3.3.1.3
 */
export const commonProfile = (sets: ReadonlyArray<ProfileTierLevel>): ProfileTierLevel => {
  const [first, ...others] = sets
  if (first === undefined) throw new RangeError('no profile to begin with')
  return others.reduce(
    (common, set) => ({
      profileSpace: set.profileSpace,
      highTier: common.highTier || set.highTier,
      profile: Math.max(common.profile, set.profile),
      compatibility: (common.compatibility & set.compatibility) >>> 0,
      constraints: common.constraints.map((byte, index) => byte & (set.constraints[index] ?? 0)),
      level: Math.max(common.level, set.level),
    }),
    first
  )
}
