import * as E from 'fp-ts/Either'
import type * as t from 'io-ts'
import { pipe } from 'fp-ts/function'

import { certificateInvalid } from '../certificate/certificate-invalid'
import { b64u } from '../encoding/b64u'
import type { CertificateFault, RevocationFault } from '../fault/core-fault'
import { timestampMicros, type Timestamp } from '../license/timestamp'
import type { SignedText } from '../signed/signed-text'
import { verifyDocument } from '../signed/verify-document'
import { MAX_REVOCATION_INFORMATION, REVOCATION_INFORMATION_TYP, RevocationInformation } from './revocation-information'
import { INFORMATION_ID, REVOCATION_KINDS } from './revocation-kind'
import { MAX_REVOCATION_LIST, REVOCATION_LIST_TYP, RevocationList } from './revocation-list'
import { malformedForm, revocationMalformed } from './revocation-malformed'
import { revocationSigner, type RevocationAuthority } from './revocation-signer'

/** A document that was believed, with the certificates of its signer up to the root. */
export interface Believed<A> extends SignedText<A> {
  readonly chain: ReadonlyArray<string>
}

/** Why revocation data is not believed. */
export type AcceptRevocationFault = RevocationFault | CertificateFault

interface Dated {
  readonly issued: Timestamp
  readonly nextUpdate: Timestamp
}

interface Expected<A> {
  readonly typ: string
  readonly codec: t.Type<A, unknown>
  readonly limit: number
  /** Which identifier the signer must be certified for. */
  readonly idOf: (document: A) => string
}

/** How far ahead of the trusted time revocation data may have been issued: 24 hours, in microseconds. */
const ISSUED_AHEAD = 24 * 3600 * 1_000_000

const checkDates = <A extends Dated>(document: A, now: number): E.Either<AcceptRevocationFault, A> => {
  const { issued, nextUpdate } = document
  if (timestampMicros(issued) > now + ISSUED_AHEAD) {
    return E.left(revocationMalformed('/issued', 'at most 24 hours ahead', issued))
  }
  return timestampMicros(nextUpdate) < timestampMicros(issued)
    ? E.left(revocationMalformed('/nextUpdate', `at or after ${issued}`, nextUpdate))
    : E.right(document)
}

const accept = <A extends Dated>(
  authority: RevocationAuthority,
  { typ, codec, limit, idOf }: Expected<A>,
  jws: string
): E.Either<AcceptRevocationFault, Believed<A>> => {
  if (jws.length > limit) return E.left(malformedForm({ type: 'SignedTooLarge', bytes: jws.length, limit }))
  const signer = revocationSigner(authority, jws)
  if (E.isLeft(signer)) return signer
  const { kid, key, chain, maySign } = signer.right
  const keyFor = (name: string) => (name === kid ? key : undefined)
  const verified = verifyDocument({ typ, codec, keyFor, limit }, jws)
  if (E.isLeft(verified)) return E.left(malformedForm(verified.left))
  const { payload, digest } = verified.right
  if (!maySign(idOf(payload))) return certificateInvalid('/0/systems', `not certified to sign ${idOf(payload)}`)
  return pipe(
    checkDates(payload, authority.now),
    E.map((document) => ({ jws, digest: b64u(digest), document, chain }))
  )
}

/**
 * Believes a revocation list or says why not: size, signer, form, signature, members and limits, dates.
 *
 * @errors `RevocationMalformed`; `CertificateInvalid` and `CertificateExpired` of a list key, or without a root.
 */
export const acceptRevocationList = (
  authority: RevocationAuthority,
  jws: string
): E.Either<AcceptRevocationFault, Believed<RevocationList>> =>
  accept(
    authority,
    {
      typ: REVOCATION_LIST_TYP,
      codec: RevocationList,
      limit: MAX_REVOCATION_LIST,
      idOf: ({ kind }) => REVOCATION_KINDS[kind],
    },
    jws
  )

/** Believes revocation information or says why not, as {@link acceptRevocationList} does a list. */
export const acceptRevocationInformation = (
  authority: RevocationAuthority,
  jws: string
): E.Either<AcceptRevocationFault, Believed<RevocationInformation>> =>
  accept(
    authority,
    {
      typ: REVOCATION_INFORMATION_TYP,
      codec: RevocationInformation,
      limit: MAX_REVOCATION_INFORMATION,
      idOf: () => INFORMATION_ID,
    },
    jws
  )
