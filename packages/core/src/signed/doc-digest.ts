import { sha256 } from '../encoding/sha256'

/**
 * Identifies a signed document: SHA-256 of its signing input, 32 bytes. Never of the signature, which its maker can vary.
 *
 * @param jws a compact JWS of any origin; nothing is verified.
 */
export const docDigest = (jws: string): Uint8Array<ArrayBuffer> => {
  const end = jws.lastIndexOf('.')
  return sha256(end < 0 ? jws : jws.slice(0, end))
}
