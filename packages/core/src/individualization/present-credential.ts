import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { homeAuthority } from '../authority/home-authority'
import { serviceKey } from '../authority/service-key'
import { credentialFile, KEYSTORE } from '../device/keystore-place'
import { readFailure } from '../device/read-failure'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { inEpoch } from '../home/in-epoch'
import { isIndividualized } from '../identity/security-version'
import { acceptCredential, type IssuedCredential } from './issued-credential'

/** What a service said of the device keys in use. */
export interface PresentCredential {
  /** Compact JWS. */
  readonly jws: string
  readonly credential: IssuedCredential
}

const read = (place: string): TE.TaskEither<CoreFault, string> =>
  TE.tryCatch(
    () => readFile(place, 'utf8'),
    (error): CoreFault => readFailure(place, error)
  )

const accepted = (home: Home, epoch: number, jws: string): TE.TaskEither<CoreFault, PresentCredential> =>
  pipe(
    homeAuthority(home),
    TE.flatMapEither(({ authority, trust }): E.Either<CoreFault, PresentCredential> => {
      const now = home.clock.now()
      const keyFor = (kid: string) => serviceKey(trust, 'individualization-signing', now, kid)
      return pipe(
        acceptCredential({ authority, keyFor, now }, jws),
        E.mapLeft((fault): CoreFault => fault),
        E.filterOrElse(
          (credential) => credential.epoch === epoch,
          (): CoreFault => ({ type: 'CredentialInvalid', why: 'of another epoch' })
        ),
        E.map((credential) => ({ jws, credential }))
      )
    })
  )

/**
 * The credential of the present epoch, believed anew under the stored trust document.
 *
 * @errors `NotIndividualized` for a home that still has the keys it was made with, `CredentialInvalid`, those of
 * `homeAuthority`, keystore and store.
 */
export const presentCredential = (home: Home): TE.TaskEither<CoreFault, PresentCredential> =>
  pipe(
    home.device,
    TE.filterOrElse(
      ({ securityVersion }) => isIndividualized(securityVersion),
      (): CoreFault => ({ type: 'NotIndividualized' })
    ),
    TE.flatMap(() =>
      inEpoch(home, (epoch) =>
        pipe(
          read(credentialFile(join(home.directory, KEYSTORE), epoch)),
          TE.flatMap((jws) => accepted(home, epoch, jws))
        )
      )
    )
  )
