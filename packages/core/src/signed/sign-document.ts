import { type KeyObject, sign } from 'node:crypto'
import * as E from 'fp-ts/Either'

import { b64u } from '../encoding/b64u'
import { canonicalJson } from '../encoding/canonical-json'
import { utf8 } from '../encoding/utf8'
import { SIGNING_ALGORITHM } from './signed-header'

/**
 * Signs a JSON value as a compact JWS whose payload is the value's canonical form. Throws for a value that has none.
 *
 * @param key private key on P-256.
 * @source RFC 7515; RFC 7518, section 3.4 (ES256)
 */
export const signDocument = (
  key: KeyObject,
  header: { readonly typ: string; readonly kid: string },
  payload: unknown
): string => {
  const { typ, kid } = header
  const parts = [{ alg: SIGNING_ALGORITHM, typ, kid }, payload]
  const signingInput = parts.map((part) => b64u(utf8(canonicalText(part)))).join('.')
  const signature = sign('sha256', utf8(signingInput), { key, dsaEncoding: 'ieee-p1363' })
  return `${signingInput}.${b64u(signature)}`
}

const canonicalText = (value: unknown): string => {
  const text = canonicalJson(value)
  if (E.isRight(text)) return text.right
  const { where, expected, found } = text.left
  throw new TypeError(`payload${where}: expected ${expected}, found ${found}`)
}
