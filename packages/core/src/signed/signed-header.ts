import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import { exactly } from './exactly'
import type { SignedFault } from './signed-fault'
import { invalid } from './signed-form'

/** The one algorithm of signed documents: ECDSA on P-256 with SHA-256. */
export const SIGNING_ALGORITHM = 'ES256'

const SignedHeader = exactly(t.type({ alg: t.string, typ: t.string, kid: t.string }, 'SignedHeader'))

/** The three members that every header has, and no other. */
export type SignedHeader = Readonly<t.TypeOf<typeof SignedHeader>>

/** The header read last: all documents of one issuer have the same one. */
let last: { readonly text: string; readonly typ: string; readonly header: E.Either<SignedFault, SignedHeader> } | undefined

/**
 * Reads a header of exactly `alg`, `typ` and `kid`, in any order. Doubled members and white space are refused.
 *
 * @source RFC 7515, section 4
 */
export const signedHeader = (text: string, typ: string): E.Either<SignedFault, SignedHeader> => {
  if (last?.text !== text || last.typ !== typ) last = { text, typ, header: readHeader(text, typ) }
  return last.header
}

const readHeader = (text: string, typ: string): E.Either<SignedFault, SignedHeader> => {
  const parsed = parseJson(text)
  if (E.isLeft(parsed)) return invalid('header')
  const header = SignedHeader.decode(parsed.right)
  // Parsing keeps the last of doubled members, so that writing again gives another text.
  if (E.isLeft(header) || JSON.stringify(header.right) !== text) {
    return E.left({ type: 'SignedHeaderInvalid', found: memberNames(parsed.right) })
  }
  const { alg } = header.right
  if (alg !== SIGNING_ALGORITHM) return E.left({ type: 'SignedAlgorithmRefused', found: alg })
  if (header.right.typ !== typ) return E.left({ type: 'SignedTypeOther', expected: typ, found: header.right.typ })
  return header
}

/** JSON text to value; the error says nothing, for the text is a stranger's. */
export const parseJson = (text: string): E.Either<undefined, unknown> => {
  try {
    return E.right(JSON.parse(text) as unknown)
  } catch {
    return E.left(undefined)
  }
}

const memberNames = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.keys(value).join(' ') : typeof value
