import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { LicenseFault } from '../fault/core-fault'
import { IssuerId } from '../identity/issuer-id'
import { LicenseId } from '../identity/license-id'
import { licenseFault } from '../license/accept-license'
import { EncodedDigest } from '../license/document-values'
import { exactly } from '../signed/exactly'
import { signDocument } from '../signed/sign-document'
import { thumbprint } from '../signed/thumbprint'
import { verifyDocument } from '../signed/verify-document'
import type { LicenseRevocation } from './license-revocation'

/** The JWS `typ` of acknowledgements. */
export const REVOCATION_ACKNOWLEDGEMENT_TYP = 'custody-lrb-ack+1'

/** Enough for 100,000 licenses that one revocation removed. */
const MAX_ACKNOWLEDGEMENT = 32 * 1024 * 1024

const Removed = exactly(t.type({ issuer: IssuerId, lid: LicenseId }, 'removed license'))

/** What a computer did about a license revocation; made also when nothing matched (LI-53). */
export const RevocationAcknowledgement = exactly(
  t.type(
    {
      v: t.literal(1),
      /** SHA-256 of the signing inputs of the revocation and of the challenge that it answers. */
      revocation: EncodedDigest,
      challenge: EncodedDigest,
      /** The licenses that are gone; they are the issuer's own. */
      removed: t.readonlyArray(Removed),
    },
    'revocation acknowledgement'
  )
)
export type RevocationAcknowledgement = Readonly<t.TypeOf<typeof RevocationAcknowledgement>>

/**
 * Acknowledges a license revocation.
 *
 * @param device private signing key on P-256 of the computer, the one that signed the challenge.
 */
export const acknowledgeRevocation = (
  device: KeyObject,
  { digest, challenge }: LicenseRevocation,
  removed: RevocationAcknowledgement['removed']
): string => {
  const payload: RevocationAcknowledgement = { v: 1, revocation: digest, challenge, removed }
  return signDocument(device, { typ: REVOCATION_ACKNOWLEDGEMENT_TYP, kid: thumbprint(device) }, payload)
}

/** Believes an acknowledgement; for license services. @errors as for a license. */
export const acceptAcknowledgement = (
  device: KeyObject,
  jws: string
): E.Either<LicenseFault, RevocationAcknowledgement> => {
  const kid = thumbprint(device)
  const keyFor = (name: string) => (name === kid ? device : undefined)
  const expectation = {
    typ: REVOCATION_ACKNOWLEDGEMENT_TYP,
    codec: RevocationAcknowledgement,
    keyFor,
    limit: MAX_ACKNOWLEDGEMENT,
  }
  const verified = verifyDocument(expectation, jws)
  return E.isLeft(verified) ? E.left(licenseFault(verified.left)) : E.right(verified.right.payload)
}
