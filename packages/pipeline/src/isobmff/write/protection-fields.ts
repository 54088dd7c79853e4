import { idBytes } from '../hex-id'
import { u8 } from './big-endian'
import { joined } from './box'
import type { TrackProtection } from './mp4-track'
import { checkScheme } from './scheme-rules'

const PATTERN_BASE = 16
const PROTECTED = 1

const constantIvOf = ({ constantIv }: TrackProtection): ReadonlyArray<Uint8Array> =>
  constantIv === undefined ? [] : [u8(constantIv.length), constantIv]

/**
 * What `tenc`, behind version and flags, and `seig` say of samples in the same 20 bytes or more: pattern, IV size, key ID, and the
 * constant IV.
 *
 * @errors Throws `RangeError` for what the scheme does not allow.
 * @source ISO/IEC 23001-7:2023, 8.2 and 6
 */
export const protectionFields = (protection: TrackProtection): Uint8Array => {
  checkScheme(protection)
  const { pattern, ivSize, keyId } = protection
  const blocks = pattern === undefined ? 0 : pattern.crypt * PATTERN_BASE + pattern.skip
  return joined([u8(0, blocks, PROTECTED, ivSize), idBytes(keyId), ...constantIvOf(protection)])
}
