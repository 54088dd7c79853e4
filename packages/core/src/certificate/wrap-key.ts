import { createPublicKey, type KeyObject } from 'node:crypto'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'

import { exactly } from '../signed/exactly'

const LEAST_BITS = 2048

/** A key for receivers that know RSA only. @source RFC 7518 section 6.3.1 */
export const WrapKey = exactly(t.type({ kty: t.literal('RSA'), n: t.string, e: t.string }, 'RSA key'))
export type WrapKey = Readonly<t.TypeOf<typeof WrapKey>>

/** The key itself, or nothing for one of fewer than 2048 bits and for what is no key. */
export const wrapKeyOf = (jwk: WrapKey): O.Option<KeyObject> => {
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_BITS ? O.none : O.some(key)
  } catch {
    return O.none
  }
}
