import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type { TaskEither } from 'fp-ts/TaskEither'

import { b64u, decodeB64u } from '../encoding/b64u'
import type { LicenseFault } from '../fault/core-fault'
import { keyIdFromBytes } from '../identity/key-id'
import type { DocumentExpectation } from '../signed/open-document'
import type { SignedFault } from '../signed/signed-fault'
import { verifyDocument, verifyDocumentInBackground, verifyDocuments, type VerifiedDocument } from '../signed/verify-document'
import type { AcceptedLicense } from './accepted-license'
import { checkConsistency } from './document-consistency'
import { LICENSE_TYP, LicenseDocument } from './license-document'
import { licenseMalformed } from './license-malformed'

/** Largest license document in characters of its compact JWS. */
export const MAX_LICENSE = 16 * 1024

/** Whom to believe, and since when it is now. */
export interface Acceptance {
  /** Public key of an issuer by its id, or nothing for a stranger. */
  readonly issuerKey: (issuer: string) => KeyObject | undefined
  /** Trusted time, microseconds since 1970. */
  readonly now: number
}

const VERSION_MEMBER = '/v'

/** What a fault of the signed form says about a license, or about a message on licenses. */
export const licenseFault = (fault: SignedFault): LicenseFault => {
  switch (fault.type) {
    case 'SignedTooLarge':
      return { type: 'LicenseTooLarge', bytes: fault.bytes, limit: fault.limit }
    case 'SignedFormInvalid':
      return licenseMalformed(fault.part, 'a compact JWS', 'another form')
    case 'SignedHeaderInvalid':
      return licenseMalformed('header', 'alg, typ and kid', fault.found)
    case 'SignedAlgorithmRefused':
      return licenseMalformed('header/alg', 'ES256', fault.found)
    case 'SignedTypeOther':
      return licenseMalformed('header/typ', fault.expected, fault.found)
    case 'SignedKeyUnknown':
      return { type: 'LicenseIssuerUnknown', issuer: fault.kid }
    case 'SignedSignatureInvalid':
      return { type: 'LicenseSignatureInvalid' }
    case 'SignedPayloadNotCanonical':
      return licenseMalformed('payload', 'canonical JSON', 'another text of the same value')
    case 'SignedPayloadMalformed':
      return fault.where === VERSION_MEMBER
        ? { type: 'LicenseVersionUnknown', version: fault.found }
        : licenseMalformed(fault.where, fault.expected, fault.found)
  }
}

/** The names that a checked document goes by. */
export const acceptedLicense = (
  document: LicenseDocument,
  jws: string,
  digest: Uint8Array
): E.Either<LicenseFault, AcceptedLicense> => {
  const bytes = decodeB64u(document.keyId)
  const keyId = keyIdFromBytes(O.isSome(bytes) ? bytes.value : new Uint8Array())
  if (E.isLeft(keyId)) return E.left(licenseMalformed('/keyId', keyId.left.expected, keyId.left.found))
  return E.right({
    document,
    issuer: document.issuer,
    lid: document.lid,
    keyId: keyId.right,
    jws,
    docDigest: b64u(digest),
  })
}

const expectation = ({ issuerKey }: Acceptance): DocumentExpectation<typeof LicenseDocument> => ({
  typ: LICENSE_TYP,
  codec: LicenseDocument,
  keyFor: issuerKey,
  limit: MAX_LICENSE,
})

const accepted = (
  { payload, kid, digest }: VerifiedDocument<LicenseDocument>,
  jws: string,
  now: number
): E.Either<LicenseFault, AcceptedLicense> => {
  if (payload.issuer !== kid) return E.left(licenseMalformed('/issuer', kid, payload.issuer))
  const consistent = checkConsistency(payload, now)
  return E.isLeft(consistent) ? consistent : acceptedLicense(payload, jws, digest)
}

/**
 * Believes a license document or says why not: size, form, kind and algorithm, issuer, signature, canonical bytes,
 * members and limits, consistency. Whether its key envelope keeps the commitment is checked where the envelope is.
 *
 * @errors `LicenseTooLarge`, `LicenseMalformed`, `LicenseIssuerUnknown`, `LicenseSignatureInvalid`, `LicenseVersionUnknown`.
 */
export const acceptLicense = (acceptance: Acceptance, jws: string): E.Either<LicenseFault, AcceptedLicense> => {
  const verified = verifyDocument(expectation(acceptance), jws)
  return E.isLeft(verified) ? E.left(licenseFault(verified.left)) : accepted(verified.right, jws, acceptance.now)
}

/** As {@link acceptLicense}, for many documents: what became of each, in order. */
export const acceptLicenses = (
  acceptance: Acceptance,
  documents: ReadonlyArray<string>
): ReadonlyArray<E.Either<LicenseFault, AcceptedLicense>> =>
  verifyDocuments(expectation(acceptance), documents).map((verified, index) =>
    E.isLeft(verified)
      ? E.left(licenseFault(verified.left))
      : accepted(verified.right, documents[index] ?? '', acceptance.now)
  )

/**
 * As {@link acceptLicense}, for many licenses at once: start as many as memory bears, and their signatures are checked off
 * the main thread while the next ones are read.
 *
 * @errors as for {@link acceptLicense}; of several in one document another one may be named.
 */
export const acceptLicenseInBackground =
  (acceptance: Acceptance, jws: string): TaskEither<LicenseFault, AcceptedLicense> =>
  async () => {
    const verified = await verifyDocumentInBackground(expectation(acceptance), jws)()
    return E.isLeft(verified) ? E.left(licenseFault(verified.left)) : accepted(verified.right, jws, acceptance.now)
  }
