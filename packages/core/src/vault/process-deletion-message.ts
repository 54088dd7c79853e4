import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import { filter } from 'rxjs'

import type { OwnKey } from '../device/key-pair-file'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { readDeletionMessage } from '../license-revocation/deletion-message'
import { changeHolding } from './change-holding'
import { changeMany } from './change-many'
import type { LicenseName } from './license-name'
import { matchingLicenses } from './matching-licenses'

const nothingMatched = (): CoreFault => ({
  type: 'LicenseDeletionFailed',
  why: 'the message names no license that was created here and is in the vault',
})

/**
 * Carries out a license deletion message: removes licenses that this home created by import or protection (LI-48), whose
 * issuer key and whatever else the message states match (LI-49). The message is not signed, so licenses of anybody else are
 * out of its reach, whatever key it states.
 *
 * @param bytes the message, in UTF-16 or UTF-8.
 * @returns the licenses that went.
 * @errors `BadInput` for a message that cannot be read, `LicenseDeletionFailed` when nothing matches (LI-49), those of keystore
 * and store.
 */
export const processDeletionMessage =
  (home: Home) =>
  (bytes: Uint8Array): TE.TaskEither<CoreFault, ReadonlyArray<LicenseName>> =>
    pipe(
      TE.fromEither(readDeletionMessage(bytes)),
      TE.mapLeft((fault): CoreFault => fault),
      TE.bindTo('criteria'),
      TE.bind('own', (): TE.TaskEither<CoreFault, OwnKey> => home.keystore.issuer()),
      TE.flatMap(({ criteria, own }) =>
        changeMany(
          home,
          matchingLicenses(home.store, criteria).pipe(filter(({ issuer }) => issuer === own.kid)),
          (name) => changeHolding(home.store, name, { type: 'RemoveLicense', why: 'message' })
        )
      ),
      TE.filterOrElse((removed) => removed.length > 0, nothingMatched)
    )
