import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'

import { signedForm } from './signed-form'
import { parseJson } from './signed-header'

/** What a document says about its kind and key. Proved by nothing: good for choosing what to check it against. */
export interface UnprovedHeader {
  readonly typ: string
  readonly kid: string
}

/** Reads kind and key name of a compact JWS, or nothing where it names none. */
export const unprovedHeader = (jws: string): O.Option<UnprovedHeader> => {
  const form = signedForm(jws)
  if (E.isLeft(form)) return O.none
  const parsed = parseJson(form.right.header)
  if (E.isLeft(parsed) || typeof parsed.right !== 'object' || parsed.right === null) return O.none
  const { typ, kid } = parsed.right as Readonly<Record<string, unknown>>
  return typeof typ === 'string' && typeof kid === 'string' ? O.some({ typ, kid }) : O.none
}
