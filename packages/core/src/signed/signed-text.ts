import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { b64u } from '../encoding/b64u'
import { docDigest } from './doc-digest'
import { signedForm } from './signed-form'
import { parseJson } from './signed-header'

/** A signed document with what it says. */
export interface SignedText<A> {
  /** The compact JWS. */
  readonly jws: string
  /** SHA-256 of its signing input, base64url. */
  readonly digest: string
  readonly document: A
}

/**
 * A signed document as an event holds it: the text there, text and payload inside. The signature is not checked again,
 * because nothing is appended unbelieved and the log's own chain shows what was changed.
 */
export const signedText = <A>(document: t.Type<A, unknown>): t.Type<SignedText<A>, string> => {
  const name = `signed ${document.name}`
  const validate: t.Validate<unknown, SignedText<A>> = (value, context) => {
    const form = typeof value === 'string' ? signedForm(value) : E.left(undefined)
    if (typeof value !== 'string' || E.isLeft(form)) return t.failure(value, context, name)
    const payload = parseJson(form.right.payload)
    if (E.isLeft(payload)) return t.failure(value, context, name)
    const decoded = document.validate(payload.right, context)
    return E.isLeft(decoded) ? decoded : t.success({ jws: value, digest: b64u(docDigest(value)), document: decoded.right })
  }
  const is = (value: unknown): value is SignedText<A> =>
    typeof value === 'object' && value !== null && 'jws' in value && 'document' in value && document.is(value.document)
  return new t.Type(name, is, validate, ({ jws }) => jws)
}
