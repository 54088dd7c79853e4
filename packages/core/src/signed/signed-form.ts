import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { decodeB64u } from '../encoding/b64u'
import type { SignedFault } from './signed-fault'

/** Length of `r ‖ s` on P-256. */
const SIGNATURE_BYTES = 64
const PARTS = 3

/** The parts of a compact JWS, decoded but not believed. */
export interface SignedForm {
  /** What is signed: the first two parts as they stand, ASCII. */
  readonly signingInput: string
  readonly header: string
  readonly payload: string
  readonly signature: Uint8Array
}

/**
 * Takes a compact JWS apart. Each part must be exact base64url, so that no character of the text is free.
 *
 * @source RFC 7515, section 7.1
 */
export const signedForm = (jws: string): E.Either<SignedFault, SignedForm> => {
  const [header, payload, signature, ...more] = jws.split('.', PARTS + 1)
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    return invalid('document')
  }
  const headerText = header === lastHeader.part ? lastHeader.text : decodeHeader(header)
  if (O.isNone(headerText)) return invalid('header')
  const payloadText = decodeText(payload)
  if (O.isNone(payloadText)) return invalid('payload')
  const signatureBytes = decodeB64u(signature)
  if (O.isNone(signatureBytes) || signatureBytes.value.length !== SIGNATURE_BYTES) return invalid('signature')
  return E.right({
    signingInput: `${header}.${payload}`,
    header: headerText.value,
    payload: payloadText.value,
    signature: signatureBytes.value,
  })
}

/** A form fault that names the part. */
export const invalid = (part: 'document' | 'header' | 'payload' | 'signature'): E.Either<SignedFault, never> =>
  E.left({ type: 'SignedFormInvalid', part })

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** All documents of one issuer have the same header, and they come one after the other. */
let lastHeader: { readonly part: string; readonly text: O.Option<string> } = { part: '', text: O.some('') }

const decodeHeader = (part: string): O.Option<string> => {
  lastHeader = { part, text: decodeText(part) }
  return lastHeader.text
}

const decodeText = (part: string): O.Option<string> => {
  const bytes = decodeB64u(part)
  if (O.isNone(bytes)) return O.none
  try {
    return O.some(strictUtf8.decode(bytes.value))
  } catch {
    return O.none
  }
}
