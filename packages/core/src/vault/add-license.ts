import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { homeAuthority } from '../authority/home-authority'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import { machineId } from '../individualization/machine-identity'
import type { AcceptedLicense } from '../license/accepted-license'
import type { KeyBlock } from '../license/key-block'
import { namesComputer, openDelivery } from '../license/key-delivery'
import type { LicenseResponse } from '../license/license-response'
import { storeRevocationsOf } from '../revocation/store-revocation-data'
import { wipeSecret } from '../secret/secret'
import type { StreamAppend } from '../store/event-store'
import { believeDocument } from './believe-document'
import { incomingIssuer } from './incoming-issuer'
import type { LicenseName } from './license-name'
import { storeLicense } from './store-license'

/** A license that came in. */
export interface AddedLicense extends LicenseName {
  readonly keyId: KeyId
  /** Whether the vault had it already, so that nothing was stored. */
  readonly alreadyHeld: boolean
}

/** What is stored along with a license that is the wanted one, or why it is not. Asked anew after a conflict. */
export type AlongWithLicense = (license: AcceptedLicense) => E.Either<CoreFault, ReadonlyArray<StreamAppend>>

const nothingAlong: AlongWithLicense = () => E.right([])

/** The computer's name, where the sealed key has one. A home that belongs to no authority has none, so that no seal opens. */
const nameIn = (home: Home, key: string): TE.TaskEither<CoreFault, string | undefined> =>
  namesComputer(key)
    ? pipe(
        homeAuthority(home),
        TE.flatMap(({ authority }) => home.keystore.scope(authority)),
        TE.map((scope): string | undefined => machineId(scope.key)),
        TE.orElse((fault): TE.TaskEither<CoreFault, string | undefined> =>
          fault.type === 'AuthorityUnknown' ? TE.right(undefined) : TE.left(fault)
        )
      )
    : TE.right(undefined)

const opened = (home: Home, license: AcceptedLicense, key: string): TE.TaskEither<CoreFault, KeyBlock> =>
  pipe(
    TE.Do,
    TE.bind('mid', () => nameIn(home, key)),
    TE.bind('device', () => home.device),
    TE.bindW('agreement', ({ device }) => home.keystore.agreement(device.epoch)),
    TE.flatMap(({ mid, device, agreement }) => openDelivery(agreement.key, device.epoch, license, key, mid))
  )

/** Stores with a key that is wiped whatever comes of it. */
const storeWith = (
  home: Home,
  license: AcceptedLicense,
  content: KeyBlock | undefined,
  appends: ReadonlyArray<StreamAppend>
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

const attempt = (home: Home, response: LicenseResponse, along: AlongWithLicense): TE.TaskEither<CoreFault, AddedLicense> =>
  pipe(
    incomingIssuer(home, response),
    TE.bindTo('incoming'),
    TE.bind('license', ({ incoming }): TE.TaskEither<CoreFault, AcceptedLicense> =>
      TE.fromEither(believeDocument(incoming.trust, home.clock.now(), response.document))
    ),
    TE.bind('along', ({ license }): TE.TaskEither<CoreFault, ReadonlyArray<StreamAppend>> => TE.fromEither(along(license))),
    TE.bind('content', ({ license }): TE.TaskEither<CoreFault, KeyBlock | undefined> =>
      response.key === undefined ? TE.right(undefined) : opened(home, license, response.key)
    ),
    TE.bind('stored', ({ incoming, along: added, license, content }) =>
      storeWith(home, license, content, [...incoming.appends, ...added])
    ),
    TE.map(({ license: { issuer, lid, keyId }, stored }) => ({ issuer, lid, keyId, alreadyHeld: stored.length === 0 }))
  )

/**
 * Takes a license in as it comes from a license server or a file. The revocation data that it brings is stored first, so
 * that it holds for the license itself (RV-2). Then it is checked in the order of protocols §2.1: issuer by certificates
 * or by the user's word, document, key, commitment. Stored are license, key and what its issuer is known by, or nothing.
 *
 * @param along is not stored for a license that the vault has already.
 * @errors `LicenseTooLarge`, `LicenseMalformed`, `LicenseIssuerUnknown`, `LicenseIssuerRevoked`, `LicenseSignatureInvalid`,
 * `LicenseVersionUnknown`, `LicenseExists`, `LicenseRevoked`, `ChainTooLong`, `KeyMismatch`; `CertificateInvalid` and
 * `CertificateExpired` for the issuer's; `SealBroken` for a key that is sealed to another device or license; `BadInput`
 * for a license without key; those of `along`, revocation data, keystore and store.
 * @source docs/reference/protocols.md, section 2.1
 */
export const addLicense =
  (home: Home) =>
  (response: LicenseResponse, along: AlongWithLicense = nothingAlong): TE.TaskEither<CoreFault, AddedLicense> =>
    pipe(
      storeRevocationsOf(home)(response.revocation, response.certificates),
      TE.flatMap(() => retryConflict(attempt(home, response, along)))
    )
