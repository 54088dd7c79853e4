import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { KeyId } from '../identity/key-id'
import { appendChanges, changeHolding } from './change-holding'
import { findLicense, type LicenseReference } from './find-license'
import type { HoldingCommand } from './holding-decider'
import { licensesByKey, type StoredLicense } from './stored-licenses'

/** Which license is to go, and with what right. */
export interface DeleteLicense extends LicenseReference {
  /** Says that a permanent license of somebody else shall go all the same; recorded. */
  readonly force?: boolean
}

const command = (
  home: Home,
  { force = false, ...reference }: DeleteLicense,
  type: Extract<HoldingCommand['type'], 'DeleteLicense' | 'MarkLicense'>
): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
  retryConflict(
    pipe(
      home.keystore.issuer(),
      TE.mapLeft((fault): CoreFault => fault),
      TE.bindTo('own'),
      TE.bind('license', () => findLicense(home)(reference)),
      TE.flatMap(({ own, license }) => changeHolding(home.store, license, { type, own: own.kid === license.issuer, force })),
      TE.flatMap((change) => appendChanges(home.store, [change]))
    )
  )

/**
 * Removes a license with its key: one of the temporary store (LI-44), or one that this home issued, whose owner's deletion
 * message the command is. A permanent license of somebody else goes by force only. Its counts are remembered: added again, it
 * goes on where it stood.
 *
 * @errors `LicenseUnknown`, `LicenseAmbiguous`, `LicensePermanent`, those of keystore and store.
 */
export const deleteLicense =
  (home: Home) =>
  (request: DeleteLicense): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    command(home, request, 'DeleteLicense')

/** Marks a license to go at the next cleaning (LI-45); it stays usable until then (decision). @errors as for {@link deleteLicense}. */
export const markForPurge =
  (home: Home) =>
  (request: DeleteLicense): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    command(home, request, 'MarkLicense')

/** Which licenses of the temporary store are to go, and when: now, or at the next cleaning. */
export interface DeleteTemporary {
  readonly keyId: KeyId
  readonly when: 'now' | 'at-cleaning'
}

const temporary = ({ facts, state }: StoredLicense): boolean => facts.persist !== 'permanent' && !state.persisted

/**
 * Removes all licenses of a key ID from the temporary store, or marks them; permanent ones are out of its reach (LI-44).
 *
 * @errors `LicenseUnknown`, with the key ID, where there is none (LI-46); those of the store.
 */
export const deleteTemporaryLicenses =
  (home: Home) =>
  ({ keyId, when }: DeleteTemporary): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> => {
    const type = when === 'now' ? 'DeleteLicense' : 'MarkLicense'
    return retryConflict(
      pipe(
        licensesByKey(home)(keyId),
        TE.map((licenses) => licenses.filter(temporary)),
        TE.filterOrElse(
          (licenses) => licenses.length > 0,
          (): CoreFault => ({ type: 'LicenseUnknown', lid: keyId })
        ),
        TE.flatMap(TE.traverseSeqArray((license) => changeHolding(home.store, license, { type, own: false, force: false }))),
        TE.flatMap((changes) => appendChanges(home.store, changes))
      )
    )
  }
