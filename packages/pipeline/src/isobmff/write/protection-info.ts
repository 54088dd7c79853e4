import { idBytes } from '../hex-id'
import { ascii, u32, u8 } from './big-endian'
import { box, fullBox } from './box'
import type { TrackProtection } from './mp4-track'

const SCHEME_VERSION = 0x0001_0000
const PATTERN_END = 16
const PROTECTED = 1

const patternByte = ({ pattern }: TrackProtection): number => {
  if (pattern === undefined) return 0
  const { crypt, skip } = pattern
  if ([crypt, skip].some((blocks) => !Number.isInteger(blocks) || blocks < 0 || blocks >= PATTERN_END)) {
    throw new RangeError('a pattern has 0 to 15 blocks of either kind')
  }
  return crypt * PATTERN_END + skip
}

const constantIvParts = ({ ivSize, constantIv }: TrackProtection): ReadonlyArray<Uint8Array> => {
  if ((ivSize === 0) !== (constantIv !== undefined)) {
    throw new RangeError('a constant IV is needed exactly when samples have none')
  }
  if (constantIv === undefined) return []
  if (constantIv.length !== 8 && constantIv.length !== 16) throw new RangeError('a constant IV has 8 or 16 bytes')
  return [u8(constantIv.length), constantIv]
}

/** Version 1 says a pattern, version 0 has none. @source ISO/IEC 23001-7, 8.2 */
const tenc = (protection: TrackProtection): Uint8Array =>
  fullBox(
    'tenc',
    protection.pattern === undefined ? 0 : 1,
    0,
    u8(0, patternByte(protection), PROTECTED, protection.ivSize),
    idBytes(protection.keyId),
    ...constantIvParts(protection)
  )

/**
 * The `sinf` box: which codec hides behind `encv` or `enca`, which scheme, and the defaults for all samples.
 *
 * @param original Type of the sample entry before protection.
 * @source ISO/IEC 14496-12, 8.12; ISO/IEC 23001-7, 4 and 8.2
 */
export const protectionInfo = (original: Uint8Array, protection: TrackProtection): Uint8Array =>
  box(
    'sinf',
    box('frma', original),
    fullBox('schm', 0, 0, ascii(protection.scheme), u32(SCHEME_VERSION)),
    box('schi', tenc(protection))
  )
