import { type KeyObject, verify } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { canonicalJson } from '../encoding/canonical-json'
import { codecMismatch } from '../encoding/codec-mismatch'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'
import { exactly } from './exactly'
import { isOnP256 } from './p256'
import type { SignedFault } from './signed-fault'
import { invalid, signedForm } from './signed-form'
import { parseJson, signedHeader } from './signed-header'

/** What a document must be to be believed. */
export interface DocumentExpectation<C extends t.Mixed> {
  /** Kind of document, as in `custody-license+1`; one kind never passes for another. */
  readonly typ: string
  /** Shape of the payload; members that it does not name are refused at any depth. */
  readonly codec: C
  /** Public P-256 key of a key name, or nothing for a name that is not trusted for this kind. */
  readonly keyFor: (kid: string) => KeyObject | undefined
  /** Largest size of the whole text in characters; 64 KiB where it is not given. */
  readonly limit?: number
}

/** A document whose signature holds. */
export interface VerifiedDocument<A> {
  readonly payload: A
  readonly kid: string
  /** SHA-256 of the signing input, 32 bytes. */
  readonly digest: Uint8Array<ArrayBuffer>
}

const DEFAULT_LIMIT = 64 * 1024

/**
 * Believes a compact JWS or says why not, in the order of {@link SignedFault}: size, form, header, algorithm, kind, key,
 * signature, canonical payload, codec. So nothing of the payload is looked at before the signature holds.
 *
 * @source RFC 7515, section 5.2; RFC 8785
 */
export const verifyDocument = <C extends t.Mixed>(
  expectation: DocumentExpectation<C>,
  jws: string
): E.Either<SignedFault, VerifiedDocument<t.TypeOf<C>>> => {
  const { typ, codec, keyFor, limit = DEFAULT_LIMIT } = expectation
  if (jws.length > limit) return E.left({ type: 'SignedTooLarge', bytes: jws.length, limit })
  const form = signedForm(jws)
  if (E.isLeft(form)) return form
  const { signingInput, signature } = form.right
  const header = signedHeader(form.right.header, typ)
  if (E.isLeft(header)) return header
  const { kid } = header.right
  const key = keyFor(kid)
  if (key === undefined || !isOnP256(key)) {
    return E.left({ type: 'SignedKeyUnknown', kid })
  }
  const input = utf8(signingInput)
  if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    return E.left({ type: 'SignedSignatureInvalid', kid })
  }
  const payload = decodePayload(codec, form.right.payload)
  return E.isLeft(payload) ? payload : E.right({ payload: payload.right, kid, digest: sha256(input) })
}

const decodePayload = <C extends t.Mixed>(codec: C, text: string): E.Either<SignedFault, t.TypeOf<C>> => {
  const parsed = parseJson(text)
  if (E.isLeft(parsed)) return invalid('payload')
  const canonical = canonicalJson(parsed.right)
  if (E.isLeft(canonical) || canonical.right !== text) return E.left({ type: 'SignedPayloadNotCanonical' })
  const decoded = exactly(codec).decode(parsed.right)
  if (E.isLeft(decoded)) return E.left({ type: 'SignedPayloadMalformed', ...codecMismatch(decoded.left) })
  return decoded
}
