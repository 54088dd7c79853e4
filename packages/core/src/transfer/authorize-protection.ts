import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { LicenseId } from '../identity/license-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { HeldLicense } from '../license/held-license'
import { wipeSecret } from '../secret/secret'
import { storedAcceptance } from '../vault/accept-stored'
import { licenseContentKey } from '../vault/content-key'
import { licensesByLid } from '../vault/stored-licenses'
import { ProtectionAuthorized, useStream } from '../vault/use-event'
import { mintGrant, type Grant } from './grant'
import { GRANT_LIFE } from './grant-life'

/** A grant to package the owner's own clear media under one license. */
export interface ProtectionGrant {
  readonly grant: Grant
  readonly license: Pick<AcceptedLicense, 'issuer' | 'lid' | 'keyId'>
  readonly useId: string
  /** Correlation id of all events of this packaging. */
  readonly correlation: string
}

const ownLicense = (home: Home, lid: LicenseId): TE.TaskEither<CoreFault, HeldLicense> =>
  pipe(
    home.keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.bindTo('own'),
    TE.bind('accept', () => storedAcceptance(home)),
    TE.bind('licenses', () => licensesByLid(home)(lid)),
    TE.flatMapEither(({ own, accept, licenses }): E.Either<CoreFault, HeldLicense> => {
      // Another issuer may have used the same license id, and however it is trusted, its content is not the owner's.
      const license = licenses.find(({ issuer }) => issuer === own.kid)
      if (license !== undefined) {
        return pipe(
          accept(license.jws),
          E.map((accepted) => ({ license: accepted, state: license.state }))
        )
      }
      const [foreign] = licenses
      return E.left(foreign === undefined ? { type: 'LicenseUnknown', lid } : { type: 'LicenseIssuerUnknown', issuer: foreign.issuer })
    })
  )

/**
 * Mints the grant to encrypt clear media of the owner under a license that this home issued. Nothing is counted: to
 * protect one's own content is no licensed action.
 *
 * @errors `LicenseUnknown`, `LicenseIssuerUnknown` for a license of somebody else, those of keystore and store.
 */
export const authorizeProtection =
  (home: Home) =>
  ({ lid }: { readonly lid: LicenseId }): TE.TaskEither<CoreFault, ProtectionGrant> =>
    pipe(
      TE.Do,
      TE.bind('held', () => ownLicense(home, lid)),
      TE.bind('device', () => home.device),
      TE.tap(({ held: { license } }) => pipe(licenseContentKey(home, license), TE.map(wipeSecret))),
      TE.flatMap(({ held, device: { epoch } }) => {
        const mintedAt = home.clock.now()
        const expires = mintedAt + GRANT_LIFE
        const useId = uuidV7(home.clock, home.random)
        const { issuer, keyId } = held.license
        const event = newEvent(ProtectionAuthorized, { useId, issuer, lid, keyId, expires })
        return pipe(
          home.store.append({
            appends: [{ stream: useStream(useId), expectedRevision: 0, events: [event] }],
            correlation: useId,
          }),
          TE.map(() => {
            const id = uuidV7(home.clock, home.random)
            const none = { action: null, system: null, until: null, scheme: '', targets: [], sources: [], session: null, receiver: null }
            const grant = mintGrant({ id, home, direction: 'protection', held, useId, epoch, mintedAt, expires, ...none })
            return { grant, license: { issuer, lid, keyId }, useId, correlation: useId }
          })
        )
      })
    )
