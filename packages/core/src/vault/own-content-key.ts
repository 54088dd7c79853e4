import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { Secret } from '../secret/secret'
import { storedAcceptance } from './accept-stored'
import { licenseContentKey } from './content-key'
import { licensesByKey } from './stored-licenses'

/**
 * Opens the key that licenses of the home's own have for a key ID; nothing where it issued none. The caller wipes it.
 *
 * @errors those of keystore and store, `EnvelopeDamaged`, `KeyMismatch`.
 */
export const ownContentKey =
  (home: Home) =>
  (keyId: KeyId): TE.TaskEither<CoreFault, Secret | undefined> =>
    pipe(
      TE.Do,
      TE.bind('own', () => home.keystore.issuer()),
      TE.mapLeft((fault): CoreFault => fault),
      TE.bind('accept', () => storedAcceptance(home)),
      TE.bind('licenses', () => licensesByKey(home)(keyId)),
      TE.flatMap(({ own, accept, licenses }) => {
        const license = licenses.find(({ issuer }) => issuer === own.kid)
        return license === undefined
          ? TE.right(undefined)
          : pipe(
              TE.fromEither(accept(license.jws)),
              TE.flatMap((accepted) => licenseContentKey(home, accepted))
            )
      })
    )
