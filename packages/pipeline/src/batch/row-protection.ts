import type { KeyId } from '@custody/core/identity'

import type { AudioSpread } from '../asf/stream/audio-spread'
import type { LastGroup, Pattern } from '../cipher/common-encryption/pattern'
import { SCHEME_NONE } from './schemes'

/** What many rows have in common of how their source protects them. */
export interface RowProtection {
  /** One of the `SCHEME_` constants. */
  readonly scheme: number
  /** The key that they are under; the grant's own source where it is left out. */
  readonly keyId?: KeyId
  readonly pattern?: Pattern
  /** How a last group of the pattern is read that has too few blocks; as the standard says where it is left out. */
  readonly lastGroup?: LastGroup
  /** Sound that is spread lies so under its protection, and comes in order only when that is off. */
  readonly spread?: AudioSpread
}

/** A source that declares its samples clear. */
export const UNPROTECTED: RowProtection = { scheme: SCHEME_NONE }
