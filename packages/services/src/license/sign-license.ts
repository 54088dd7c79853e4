import { uuidV7 } from '@custody/core/event'
import type { LicenseFault } from '@custody/core/fault'
import { IssuerId, LicenseId } from '@custody/core/identity'
import { issueLicense, type Conditions } from '@custody/core/license'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import type { IssuedLicense, Offer } from './license-event'

/**
 * Signs a license of an offer for a computer, under the authority's newest key for licenses.
 *
 * @errors `LicenseMalformed`, `LicenseTooLarge`.
 */
export const signLicense = (authority: Authority, offer: Omit<Offer, 'mode'>, mid: string): E.Either<LicenseFault, IssuedLicense> => {
  const { clock, random } = authority
  const { kid, key } = authority.key('license-signing')
  const lid = uuidV7(clock, random)
  if (!IssuerId.is(kid) || !LicenseId.is(lid)) throw new TypeError('a thumbprint names an issuer, and a UUID a license')
  // Its codec is in `issueLicense`, which refuses whatever is no condition.
  const conditions = offer.conditions as Conditions
  const { keyId, commit } = offer
  return pipe(
    issueLicense({ id: kid, key }, { lid, keyId, commit, now: clock.now(), conditions }),
    E.map(({ jws, docDigest }) => ({
      offer: offer.offer,
      keyId,
      mid,
      lid,
      document: jws,
      docDigest,
      certificate: authority.trust().issuer,
    }))
  )
}
