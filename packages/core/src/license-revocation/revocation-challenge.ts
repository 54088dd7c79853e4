import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as t from 'io-ts'

import { publicKeyOf } from '../certificate/public-key-jwk'
import type { LicenseFault } from '../fault/core-fault'
import { badInput, type BadInput } from '../identity/bad-input'
import { licenseFault } from '../license/accept-license'
import { EncodedDigest, ShortText } from '../license/document-values'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import type { IssuerChallenge } from './issuer-challenge'

/** The JWS `typ` of challenges. */
export const REVOCATION_CHALLENGE_TYP = 'custody-lrb-challenge+1'

/**
 * What a computer answers an issuer's challenge with (LI-50): which issuer asked, its nonce, and the machine's name in the
 * form that the license service expects, which is the application's datum and no hardware id (LI-52).
 *
 * @source docs/reference/protocols.md, section 6
 */
export const RevocationChallenge = exactly(
  t.type(
    {
      v: t.literal(1),
      /** Thumbprint of the issuer's key: only its licenses can be meant. */
      key: EncodedDigest,
      nonce: EncodedDigest,
      machine: ShortText,
    },
    'revocation challenge'
  )
)
export type RevocationChallenge = Readonly<t.TypeOf<typeof RevocationChallenge>>

/**
 * Answers an issuer's challenge, signed by the device.
 *
 * @param device private signing key on P-256.
 * @param machine name of the machine: 1 to 256 bytes without control characters.
 * @errors `BadInput` for such a name, and for a public key that is no point on the curve.
 */
export const answerIssuerChallenge = (
  device: KeyObject,
  { key: jwk, nonce }: IssuerChallenge,
  machine: string
): E.Either<BadInput, string> => {
  if (!ShortText.is(machine)) return E.left(badInput('machine id', ShortText.name, machine))
  const key = publicKeyOf(jwk)
  if (O.isNone(key)) return E.left(badInput('issuer challenge/key', 'a point on the curve', 'another'))
  const payload: RevocationChallenge = { v: 1, key: thumbprint(key.value), nonce, machine }
  return E.right(signDocument(device, { typ: REVOCATION_CHALLENGE_TYP, kid: thumbprint(device) }, payload))
}

/**
 * Believes a computer's answer; for license services, which then compare nonce and machine with what they expect.
 *
 * @param device the computer's public signing key.
 * @errors as for a license: `LicenseMalformed`, `LicenseIssuerUnknown` for another key, `LicenseSignatureInvalid`.
 */
export const acceptRevocationChallenge = (device: KeyObject, jws: string): E.Either<LicenseFault, RevocationChallenge> => {
  const kid = thumbprint(device)
  const keyFor = (name: string) => (name === kid ? device : undefined)
  const verified = verifyDocument({ typ: REVOCATION_CHALLENGE_TYP, codec: RevocationChallenge, keyFor }, jws)
  return E.isLeft(verified) ? E.left(licenseFault(verified.left)) : E.right(verified.right.payload)
}
