import type { RevocationFault } from '../fault/core-fault'
import type { SignedFault } from '../signed/signed-fault'

/** A list or information that is damaged, forged or against its limits (RV-13). */
export type RevocationMalformed = Extract<RevocationFault, { readonly type: 'RevocationMalformed' }>

/** Says where something is wrong. */
export const revocationMalformed = (where: string, expected: string, found: string): RevocationMalformed => ({
  type: 'RevocationMalformed',
  where,
  expected,
  found,
})

/** What a fault of the signed form says about revocation data. */
export const malformedForm = (fault: SignedFault): RevocationMalformed => {
  switch (fault.type) {
    case 'SignedTooLarge':
      return revocationMalformed('document', `at most ${fault.limit} characters`, String(fault.bytes))
    case 'SignedFormInvalid':
      return revocationMalformed(fault.part, 'a compact JWS', 'another form')
    case 'SignedHeaderInvalid':
      return revocationMalformed('header', 'alg, typ and kid', fault.found)
    case 'SignedAlgorithmRefused':
      return revocationMalformed('header/alg', 'ES256', fault.found)
    case 'SignedTypeOther':
      return revocationMalformed('header/typ', fault.expected, fault.found)
    case 'SignedKeyUnknown':
      return revocationMalformed('header/kid', "the root's key or a certified list key", fault.kid)
    case 'SignedSignatureInvalid':
      return revocationMalformed('signature', `a signature by ${fault.kid}`, 'another')
    case 'SignedPayloadNotCanonical':
      return revocationMalformed('payload', 'canonical JSON', 'another text of the same value')
    case 'SignedPayloadMalformed':
      return revocationMalformed(fault.where, fault.expected, fault.found)
  }
}
