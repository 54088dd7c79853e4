import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { KeyBlock } from '../license/key-block'
import { openDelivery } from '../license/key-delivery'
import type { LicenseResponse } from '../license/license-response'
import { storeRevocationsOf } from '../revocation/store-revocation-data'
import { wipeSecret } from '../secret/secret'
import { believeDocument } from './believe-document'
import { incomingIssuer, type IncomingIssuer } from './incoming-issuer'
import type { LicenseName } from './license-name'
import { storeLicense } from './store-license'

/** A license that came in. */
export interface AddedLicense extends LicenseName {
  readonly keyId: KeyId
  /** Whether the vault had it already, so that nothing was stored. */
  readonly alreadyHeld: boolean
}

const opened = (
  { device, keystore }: Home,
  license: AcceptedLicense,
  key: string
): TE.TaskEither<CoreFault, KeyBlock> =>
  pipe(
    device,
    TE.flatMap(({ epoch }) =>
      pipe(
        keystore.agreement(epoch),
        TE.mapLeft((fault): CoreFault => fault),
        TE.flatMap((agreement) => openDelivery(agreement.key, epoch, license, key))
      )
    )
  )

/** Stores with a key that is wiped whatever comes of it. */
const storeWith = (
  home: Home,
  license: AcceptedLicense,
  content: KeyBlock | undefined,
  { appends }: IncomingIssuer
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
  const store = storeLicense(home)(license, content, { appends })
  return async () => {
    const stored = await store()
    if (content !== undefined) {
      wipeSecret(content.key)
      wipeSecret(content.blind)
    }
    return stored
  }
}

const attempt = (home: Home, response: LicenseResponse): TE.TaskEither<CoreFault, AddedLicense> =>
  pipe(
    incomingIssuer(home, response),
    TE.bindTo('incoming'),
    TE.bind('license', ({ incoming }): TE.TaskEither<CoreFault, AcceptedLicense> =>
      TE.fromEither(believeDocument(incoming.trust, home.clock.now(), response.document))
    ),
    TE.bind('content', ({ license }): TE.TaskEither<CoreFault, KeyBlock | undefined> =>
      response.key === undefined ? TE.right(undefined) : opened(home, license, response.key)
    ),
    TE.bind('stored', ({ incoming, license, content }) => storeWith(home, license, content, incoming)),
    TE.map(({ license: { issuer, lid, keyId }, stored }) => ({ issuer, lid, keyId, alreadyHeld: stored.length === 0 }))
  )

/**
 * Takes a license in as it comes from a license server or a file. The revocation data that it brings is stored first, so
 * that it holds for the license itself (RV-2). Then it is checked in the order of protocols §2.1: issuer by certificates
 * or by the user's word, document, key, commitment. Stored are license, key and what its issuer is known by, or nothing.
 *
 * @errors `LicenseTooLarge`, `LicenseMalformed`, `LicenseIssuerUnknown`, `LicenseIssuerRevoked`, `LicenseSignatureInvalid`,
 * `LicenseVersionUnknown`, `LicenseExists`, `LicenseRevoked`, `ChainTooLong`, `KeyMismatch`; `CertificateInvalid` and
 * `CertificateExpired` for the issuer's; `SealBroken` for a key that is sealed to another device or license; `BadInput`
 * for a license without key; those of revocation data, keystore and store.
 * @source docs/reference/protocols.md, section 2.1
 */
export const addLicense =
  (home: Home) =>
  (response: LicenseResponse): TE.TaskEither<CoreFault, AddedLicense> =>
    pipe(
      storeRevocationsOf(home)(response.revocation, response.certificates),
      TE.flatMap(() => retryConflict(attempt(home, response)))
    )
