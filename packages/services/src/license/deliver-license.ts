import type { CoreFault } from '@custody/core/fault'
import { LicenseId } from '@custody/core/identity'
import { deliverKey, type LicenseResponse } from '@custody/core/license'
import { wipeSecret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { Authority } from '../authority/authority'
import type { LicenseComputer } from './license-computer'
import type { IssuedLicense, Offer } from './license-event'
import { openOfferKey } from './offer-key'

/** A response as it goes out. */
export type LicenseAnswer = LicenseResponse & { readonly v: 1 }

/**
 * Sends a license: its document, its key sealed anew to the computer's present agreement key, its issuer's certificate and the
 * newest revocation data (RV-2).
 *
 * @errors those of the offer's key and the store.
 */
export const deliverLicense =
  (
    authority: Authority,
    offer: Offer,
    issued: IssuedLicense,
    { credential, agreement }: LicenseComputer
  ): TaskEither<CoreFault, LicenseAnswer> =>
  async () => {
    const content = await openOfferKey(authority, offer)()
    if (E.isLeft(content)) return content
    const { lid, document, docDigest, certificate } = issued
    if (!LicenseId.is(lid)) throw new TypeError('a license has a UUID')
    try {
      const key = await deliverKey(agreement, credential.epoch, { lid, docDigest }, content.right, credential.mid)()
      const { information, lists } = authority.revocation()
      const revocation = [...[...lists.values()].map((list) => list.document), information]
      return E.right({ v: 1, document, key, certificates: [certificate], revocation })
    } finally {
      wipeSecret(content.right.key)
      wipeSecret(content.right.blind)
    }
  }
