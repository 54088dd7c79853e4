import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'
import { pipe } from 'fp-ts/function'

import { b64u, decodeB64u } from '../encoding/b64u'
import type { LicenseFault } from '../fault/core-fault'
import { keyIdBytes, keyIdFromBytes, type KeyId } from '../identity/key-id'
import { licenseFault } from '../license/accept-license'
import { boundedList, EncodedDigest, EncodedKeyId, ShortText } from '../license/document-values'
import { licenseMalformed } from '../license/license-malformed'
import { docDigest } from '../signed/doc-digest'
import { exactly } from '../signed/exactly'
import { isOnP256 } from '../signed/p256'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import type { LicenseCriteria } from './license-criteria'

/** The JWS `typ` of license revocations. */
export const LICENSE_REVOCATION_TYP = 'custody-lrb+1'

const MAX_LICENSE_REVOCATION = 64 * 1024

const Narrowing = exactly(t.partial({ keyId: EncodedKeyId, uid: ShortText }, 'criteria'))

const LicenseRevocationDocument = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Thumbprint of the key that signs, which licenses name as `revocable.key`. */
      key: EncodedDigest,
      /** SHA-256 of the signing input of the challenge that is answered. */
      challenge: EncodedDigest,
      /** Each narrows the key's licenses by user, by key ID, by both or by nothing (LI-51); any that fits removes. */
      criteria: boundedList(Narrowing),
    },
    'license revocation'
  )
)

/** What an issuer takes back. */
export interface LicenseRevocation {
  /** SHA-256 of its signing input, base64url. */
  readonly digest: string
  /** The same of the challenge that it answers. */
  readonly challenge: string
  /** All with the signer's key. */
  readonly criteria: ReadonlyArray<LicenseCriteria>
}

/** Narrows the licenses of the signing key. */
export type RevocationNarrowing = Pick<LicenseCriteria, 'keyId' | 'uid'>

const digestOf = (jws: string): string => b64u(docDigest(jws))

/**
 * Takes licenses back, for issuers: signed by the key that the licenses name as `revocable.key`. Throws for more than 256
 * criteria, and for a user id that is no text.
 *
 * @param challenge the computer's answer to the issuer's challenge, which the revocation is good for alone.
 */
export const issueLicenseRevocation = (
  signer: KeyObject,
  challenge: string,
  narrowings: ReadonlyArray<RevocationNarrowing>
): string => {
  const key = thumbprint(signer)
  const criteria = narrowings.map(({ keyId, uid }) => ({
    ...(keyId !== undefined && { keyId: b64u(keyIdBytes(keyId)) }),
    ...(uid !== undefined && { uid }),
  }))
  const document: unknown = { v: 1, key, challenge: digestOf(challenge), criteria }
  if (!LicenseRevocationDocument.is(document)) throw new TypeError('this is no license revocation')
  return signDocument(signer, { typ: LICENSE_REVOCATION_TYP, kid: key }, document)
}

const keyIdOf = (text: string): E.Either<LicenseFault, KeyId> => {
  const bytes = decodeB64u(text)
  return pipe(
    keyIdFromBytes(O.isSome(bytes) ? bytes.value : new Uint8Array()),
    E.mapLeft(({ expected, found }) => licenseMalformed('/criteria', expected, found))
  )
}

const criteriaOf = (key: string, { keyId, uid }: t.TypeOf<typeof Narrowing>): E.Either<LicenseFault, LicenseCriteria> => {
  const own = { key, ...(uid !== undefined && { uid }) }
  return keyId === undefined
    ? E.right(own)
    : pipe(
        keyIdOf(keyId),
        E.map((id) => ({ ...own, keyId: id }))
      )
}

/**
 * Believes a license revocation or says why not. A bad signature changes nothing and is not acknowledged (LI-53).
 *
 * @param issuer the public key of the challenge; which licenses it reaches is decided by the thumbprint that they name.
 * @param challenge this computer's answer, as it was sent.
 * @errors `LicenseMalformed`, `LicenseTooLarge`, `LicenseIssuerUnknown` for another key, `LicenseSignatureInvalid`,
 * `LicenseDeletionFailed` for an answer to another challenge.
 */
export const acceptLicenseRevocation = (
  { issuer, challenge }: { readonly issuer: KeyObject; readonly challenge: string },
  jws: string
): E.Either<LicenseFault, LicenseRevocation> => {
  if (!isOnP256(issuer)) return E.left(licenseMalformed('issuer key', 'a key on P-256', 'another'))
  const kid = thumbprint(issuer)
  const keyFor = (name: string) => (name === kid ? issuer : undefined)
  const expectation = { typ: LICENSE_REVOCATION_TYP, codec: LicenseRevocationDocument, keyFor, limit: MAX_LICENSE_REVOCATION }
  const verified = verifyDocument(expectation, jws)
  if (E.isLeft(verified)) return E.left(licenseFault(verified.left))
  const { payload, digest } = verified.right
  if (payload.key !== kid) return E.left(licenseMalformed('/key', kid, payload.key))
  if (payload.challenge !== digestOf(challenge)) {
    return E.left({ type: 'LicenseDeletionFailed', why: 'the revocation answers another challenge' })
  }
  return pipe(
    payload.criteria,
    E.traverseArray((narrowing) => criteriaOf(kid, narrowing)),
    E.map((criteria) => ({ digest: b64u(digest), challenge: payload.challenge, criteria }))
  )
}
