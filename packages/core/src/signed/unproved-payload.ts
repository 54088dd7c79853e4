import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'

import { signedForm } from './signed-form'
import { parseJson } from './signed-header'

/**
 * Reads the payload of a compact JWS, or nothing where it has another shape. Proved by nothing: good for finding the key that it
 * has to be checked with.
 */
export const unprovedPayload = <A>(codec: t.Type<A, unknown>, jws: string): A | undefined => {
  const form = signedForm(jws)
  const parsed = E.isRight(form) ? parseJson(form.right.payload) : form
  const payload = E.isRight(parsed) ? codec.decode(parsed.right) : parsed
  return E.isRight(payload) ? payload.right : undefined
}
