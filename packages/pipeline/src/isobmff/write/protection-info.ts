import { ascii, u32 } from './big-endian'
import { box, fullBox } from './box'
import type { TrackProtection } from './mp4-track'
import { protectionFields } from './protection-fields'

const SCHEME_VERSION = 0x0001_0000

/** Version 1 says a pattern, version 0 has none. @source ISO/IEC 23001-7, 8.2 */
const tenc = (protection: TrackProtection): Uint8Array =>
  fullBox('tenc', protection.pattern === undefined ? 0 : 1, 0, protectionFields(protection))

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
