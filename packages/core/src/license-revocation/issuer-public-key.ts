import type { KeyObject } from 'node:crypto'
import * as O from 'fp-ts/Option'

import { publicJwk } from '../certificate/public-key-jwk'
import { b64u, decodeB64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'

/** The public key that limits an issuer to its own licenses: RSA as the platform has it, or P-256 as ours are. */
export type IssuerPublicKey =
  | {
      readonly type: 'RSA'
      /** Big-endian. */
      readonly modulus: Uint8Array
      readonly exponent: Uint8Array
    }
  | {
      readonly type: 'P-256'
      /** Coordinates of 32 bytes, big-endian. */
      readonly x: Uint8Array
      readonly y: Uint8Array
    }

/** A number as few bytes as it has, whatever zeros stood in front. @source RFC 7518 section 2, Base64urlUInt */
const shortest = (number: Uint8Array): string => {
  const first = number.findIndex((byte) => byte !== 0)
  return b64u(number.subarray(first < 0 ? number.length - 1 : first))
}

/** The thumbprint of the key, as licenses state it under `revocable`. @source RFC 7638, section 3 */
export const issuerKeyThumbprint = (key: IssuerPublicKey): string =>
  b64u(
    sha256(
      JSON.stringify(
        key.type === 'RSA'
          ? { e: shortest(key.exponent), kty: 'RSA', n: shortest(key.modulus) }
          : { crv: 'P-256', kty: 'EC', x: b64u(key.x), y: b64u(key.y) }
      )
    )
  )

const coordinate = (text: string): Uint8Array => O.getOrElse(() => new Uint8Array())(decodeB64u(text))

/** The public half of an issuer's key on P-256. Throws for a key of another kind. */
export const issuerPublicKey = (key: KeyObject): IssuerPublicKey => {
  const { x, y } = publicJwk(key)
  return { type: 'P-256', x: coordinate(x), y: coordinate(y) }
}
