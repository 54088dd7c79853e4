import * as E from 'fp-ts/Either'

import type { CertificateFault } from '../fault/core-fault'
import type { SignedFault } from '../signed/signed-fault'

/** Says where in a chain something is wrong: the place of the certificate, from 0, and the member. */
export const certificateInvalid = (where: string, why: string): E.Either<CertificateFault, never> =>
  E.left({ type: 'CertificateInvalid', where, why })

/** What a fault of the signed form says about the certificate at a place of its chain. */
export const certificateFault = (place: number, fault: SignedFault): E.Either<CertificateFault, never> => {
  const where = `/${place}`
  switch (fault.type) {
    case 'SignedTooLarge':
      return certificateInvalid(where, `${fault.bytes} characters, at most ${fault.limit}`)
    case 'SignedFormInvalid':
      return certificateInvalid(where, `no compact JWS: ${fault.part}`)
    case 'SignedHeaderInvalid':
      return certificateInvalid(`${where}/header`, `expected alg, typ and kid, found ${fault.found}`)
    case 'SignedAlgorithmRefused':
      return certificateInvalid(`${where}/header/alg`, `expected ES256, found ${fault.found}`)
    case 'SignedTypeOther':
      return certificateInvalid(`${where}/header/typ`, `expected ${fault.expected}, found ${fault.found}`)
    case 'SignedKeyUnknown':
      return certificateInvalid(`${where}/header/kid`, `not signed by the next key of the chain, but ${fault.kid}`)
    case 'SignedSignatureInvalid':
      return certificateInvalid(where, 'signature does not hold')
    case 'SignedPayloadNotCanonical':
      return certificateInvalid(where, 'payload is not canonical JSON')
    case 'SignedPayloadMalformed':
      return certificateInvalid(`${where}${fault.where}`, `expected ${fault.expected}, found ${fault.found}`)
  }
}
