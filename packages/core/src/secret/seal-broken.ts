import * as E from 'fp-ts/Either'

import type { KeystoreFault } from '../fault/core-fault'

/** The one answer to anything that does not open: wrong key, wrong place, flipped bit. It tells no cause on purpose. */
export type SealBroken = Extract<KeystoreFault, { readonly type: 'SealBroken' }>

/** A failed unseal, as a value. */
export const sealBroken: E.Either<SealBroken, never> = E.left({ type: 'SealBroken' })
