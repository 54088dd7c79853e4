import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { LicenseFault } from '../fault/core-fault'
import { acceptLicense, type Acceptance } from '../license/accept-license'
import type { AcceptedLicense } from '../license/accepted-license'
import type { IssuerTrust } from './trusted-issuers'

/** The keys of trusted issuers as an acceptance takes them. @param now trusted time, microseconds since 1970. */
export const acceptanceOf = (trust: IssuerTrust, now: number): Acceptance => ({
  issuerKey: (id) => {
    const issuer = trust.issuer(id)
    return E.isRight(issuer) ? issuer.right.key : undefined
  },
  now,
})

/** A key that is not given out has a reason; a revoked issuer is not an unknown one. */
export const withIssuerReason =
  (trust: IssuerTrust) =>
  (fault: LicenseFault): LicenseFault => {
    if (fault.type !== 'LicenseIssuerUnknown') return fault
    const issuer = trust.issuer(fault.issuer)
    return E.isLeft(issuer) ? issuer.left : fault
  }

/**
 * Believes a document of a trusted issuer or says why not: size, form, kind, issuer and its revocation, signature,
 * canonical bytes, members, limits and consistency, in this order.
 *
 * @param now trusted time, microseconds since 1970.
 * @errors as for `acceptLicense`, and `LicenseIssuerRevoked`.
 */
export const believeDocument = (trust: IssuerTrust, now: number, jws: string): E.Either<LicenseFault, AcceptedLicense> =>
  pipe(acceptLicense(acceptanceOf(trust, now), jws), E.mapLeft(withIssuerReason(trust)))
