import type { TrackProtection } from '../write/mp4-track'
import { KEY_ID } from './sealed-track'

const PATTERN = { crypt: 1, skip: 9 }
const SIXTEEN = Uint8Array.from({ length: 16 }, (_, at) => 0xc0 + at)

const protection = (more: Omit<TrackProtection, 'keyId'>): TrackProtection => ({ keyId: KEY_ID, ...more })

/** Each scheme in the forms that the standard allows for pictures, in runs. */
export const PICTURE_FORMS: ReadonlyArray<readonly [string, TrackProtection]> = [
  ['cenc, IVs of 8', protection({ scheme: 'cenc', ivSize: 8 })],
  ['cenc, IVs of 16', protection({ scheme: 'cenc', ivSize: 16 })],
  ['cens, IVs of 8', protection({ scheme: 'cens', ivSize: 8, pattern: PATTERN })],
  ['cens, IVs of 16', protection({ scheme: 'cens', ivSize: 16, pattern: PATTERN })],
  ['cbc1', protection({ scheme: 'cbc1', ivSize: 16 })],
  ['cbcs, a constant IV of 16', protection({ scheme: 'cbcs', ivSize: 0, constantIv: SIXTEEN, pattern: PATTERN })],
  ['cbcs, a constant IV of 8', protection({ scheme: 'cbcs', ivSize: 0, constantIv: SIXTEEN.slice(0, 8), pattern: PATTERN })],
  ['cbcs, IVs of 16', protection({ scheme: 'cbcs', ivSize: 16, pattern: PATTERN })],
]
/** Each scheme in forms for sound, as a whole. */
export const SOUND_FORMS: ReadonlyArray<readonly [string, TrackProtection]> = [
  ['cenc, IVs of 8', protection({ scheme: 'cenc', ivSize: 8 })],
  ['cens, IVs of 16 and 0:0', protection({ scheme: 'cens', ivSize: 16, pattern: { crypt: 0, skip: 0 } })],
  ['cbc1', protection({ scheme: 'cbc1', ivSize: 16 })],
  ['cbcs, a constant IV and 0:0', protection({ scheme: 'cbcs', ivSize: 0, constantIv: SIXTEEN, pattern: { crypt: 0, skip: 0 } })],
  ['cbcs, IVs of 16 without a pattern', protection({ scheme: 'cbcs', ivSize: 16 })],
]
