import { createPublicKey, type KeyObject } from 'node:crypto'

import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'

/**
 * Names a P-256 key, private or public, by its public half: base64url of 32 bytes. Throws for another kind of key.
 *
 * @source RFC 7638, section 3
 */
export const thumbprint = (key: KeyObject): string => {
  // The public half first: the export of a private key would hold its secret as text.
  const half = key.type === 'private' ? createPublicKey(key) : key
  const { crv, kty, x, y } = half.export({ format: 'jwk' })
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') {
    throw new TypeError('a thumbprint is taken of a P-256 key')
  }
  // Members in lexicographic order, without white space; base64url needs no escapes.
  return b64u(sha256(JSON.stringify({ crv, kty, x, y })))
}
