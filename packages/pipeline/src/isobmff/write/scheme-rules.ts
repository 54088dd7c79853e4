import type { ProtectionScheme, TrackProtection } from './mp4-track'

/** What a scheme lets a track say. */
interface SchemeRules {
  /** Bytes of the IV that comes with each sample. */
  readonly ivSizes: ReadonlyArray<number>
  /** One IV may serve all samples. */
  readonly constantIv: boolean
  readonly pattern: boolean
}

/** @source ISO/IEC 23001-7:2023, 10.1 to 10.4 */
const RULES: Readonly<Record<ProtectionScheme, SchemeRules>> = {
  cenc: { ivSizes: [8, 16], constantIv: false, pattern: false },
  cens: { ivSizes: [8, 16], constantIv: false, pattern: true },
  cbc1: { ivSizes: [16], constantIv: false, pattern: false },
  cbcs: { ivSizes: [16], constantIv: true, pattern: true },
}

const MOST_BLOCKS = 15

const checkPattern = ({ pattern }: TrackProtection): void => {
  if (pattern === undefined) return
  const { crypt, skip } = pattern
  if ([crypt, skip].some((blocks) => !Number.isInteger(blocks) || blocks < 0 || blocks > MOST_BLOCKS)) {
    throw new RangeError('a pattern has 0 to 15 blocks of either kind')
  }
}

const checkConstantIv = ({ ivSize, constantIv }: TrackProtection): void => {
  if ((ivSize === 0) !== (constantIv !== undefined)) {
    throw new RangeError('a constant IV is needed exactly when samples have none')
  }
  if (constantIv !== undefined && constantIv.length !== 8 && constantIv.length !== 16) {
    throw new RangeError('a constant IV has 8 or 16 bytes')
  }
}

/**
 * Checks that what is said of a track's protection is what its scheme allows; readers take the rest for granted, and would
 * show noise.
 *
 * @errors Throws `RangeError`: who protects chooses both, so this is a mistake of the caller.
 */
export const checkScheme = (protection: TrackProtection): void => {
  const { scheme, ivSize, pattern } = protection
  const rules = RULES[scheme]
  checkPattern(protection)
  checkConstantIv(protection)
  if (ivSize === 0 ? !rules.constantIv : !rules.ivSizes.includes(ivSize)) {
    throw new RangeError(`${scheme} has no IV of ${String(ivSize)} bytes`)
  }
  if (pattern !== undefined && !rules.pattern) throw new RangeError(`${scheme} has no pattern`)
}
