import { createPublicKey, type KeyObject } from 'node:crypto'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'

import { decodeB64u } from '../encoding/b64u'
import { exactly } from '../signed/exactly'

const COORDINATE = 32

const isCoordinate = (text: string): boolean => {
  const bytes = decodeB64u(text)
  return O.isSome(bytes) && bytes.value.length === COORDINATE
}

const Coordinate = t.refinement(t.string, isCoordinate, 'base64url of 32 bytes')

/** A public key on P-256 as certificates carry it: the four members of its thumbprint and no other. @source RFC 7518 section 6.2 */
export const PublicKeyJwk = exactly(
  t.type({ crv: t.literal('P-256'), kty: t.literal('EC'), x: Coordinate, y: Coordinate }, 'public key on P-256')
)
export type PublicKeyJwk = Readonly<t.TypeOf<typeof PublicKeyJwk>>

/** The key itself, or nothing for a point that is not on the curve. */
export const publicKeyOf = (jwk: PublicKeyJwk): O.Option<KeyObject> => {
  try {
    return O.some(createPublicKey({ key: { ...jwk }, format: 'jwk' }))
  } catch {
    return O.none
  }
}

/** The members of a key's public half. Throws for a key of another kind. */
export const publicJwk = (key: KeyObject): PublicKeyJwk => {
  const half = key.type === 'private' ? createPublicKey(key) : key
  const jwk: unknown = half.export({ format: 'jwk' })
  if (!PublicKeyJwk.is(jwk)) throw new TypeError('a certificate is about a key on P-256')
  return jwk
}
