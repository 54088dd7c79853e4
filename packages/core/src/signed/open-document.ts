import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { isCanonical } from '../encoding/canonical-json'
import { codecMismatch } from '../encoding/codec-mismatch'
import { exactly } from './exactly'
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

/** A document taken apart, with the key that has to fit. Nothing of it is proved. */
export interface OpenedDocument {
  readonly kid: string
  readonly key: KeyObject
  /** The bytes that are signed. */
  readonly input: Uint8Array
  readonly signature: Uint8Array
  /** The payload's text, not looked at yet. */
  readonly payload: string
}

/** P-256 in OpenSSL's words. */
const SIGNING_CURVE = 'prime256v1'

const DEFAULT_LIMIT = 64 * 1024

/** Checks size, form, header, algorithm, kind and key of a compact JWS, in the order of {@link SignedFault}. */
export const openDocument = (
  { typ, keyFor, limit = DEFAULT_LIMIT }: DocumentExpectation<t.Mixed>,
  jws: string
): E.Either<SignedFault, OpenedDocument> => {
  if (jws.length > limit) return E.left({ type: 'SignedTooLarge', bytes: jws.length, limit })
  const form = signedForm(jws)
  if (E.isLeft(form)) return form
  const { signingInput, signature, payload } = form.right
  const header = signedHeader(form.right.header, typ)
  if (E.isLeft(header)) return header
  const { kid } = header.right
  const key = keyFor(kid)
  return key?.asymmetricKeyDetails?.namedCurve === SIGNING_CURVE
    // Base64url and a dot: a character is a byte, and the bytes are no secret.
    ? E.right({ kid, key, input: Buffer.from(signingInput, 'latin1'), signature, payload })
    : E.left({ type: 'SignedKeyUnknown', kid })
}

/** Reads a payload that is canonical JSON and of the expected shape. */
export const readPayload = <C extends t.Mixed>(codec: C, text: string): E.Either<SignedFault, t.TypeOf<C>> => {
  const parsed = parseJson(text)
  if (E.isLeft(parsed)) return invalid('payload')
  if (!isCanonical(text, parsed.right)) return E.left({ type: 'SignedPayloadNotCanonical' })
  const decoded = exactly(codec).decode(parsed.right)
  return E.isLeft(decoded) ? E.left({ type: 'SignedPayloadMalformed', ...codecMismatch(decoded.left) }) : decoded
}
