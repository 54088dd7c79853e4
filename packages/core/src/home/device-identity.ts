import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { publicJwk, type PublicKeyJwk } from '../certificate/public-key-jwk'
import { credentialFile, KEYSTORE } from '../device/keystore-place'
import { readFailure } from '../device/read-failure'
import type { CoreFault } from '../fault/core-fault'
import type { SecurityVersion } from '../identity/security-version'
import type { Home } from './home'

/** What an issuer needs to make a license for this home; nothing in it is secret. */
export interface DeviceIdentity {
  readonly epoch: number
  readonly securityVersion: SecurityVersion
  /** Public key that content keys are sealed to. */
  readonly agreement: PublicKeyJwk
  /** What the device states about itself, compact JWS: it names both public keys of the epoch. */
  readonly credential: string
}

const readCredential = (place: string): TE.TaskEither<CoreFault, string> =>
  TE.tryCatch(
    () => readFile(place, 'utf8'),
    (error): CoreFault => readFailure(place, error)
  )

/**
 * The home as issuers see it, in its present epoch. It changes with each individualization; a key that was sealed for
 * an earlier epoch does not open.
 *
 * @errors those of keystore and store.
 */
export const deviceIdentity = (home: Home): TE.TaskEither<CoreFault, DeviceIdentity> =>
  pipe(
    home.device,
    TE.bindTo('device'),
    TE.bindW('agreement', ({ device }) => home.keystore.agreement(device.epoch)),
    TE.bind('credential', ({ device }) => readCredential(credentialFile(join(home.directory, KEYSTORE), device.epoch))),
    TE.map(({ device: { epoch, securityVersion }, agreement, credential }) => ({
      epoch,
      securityVersion,
      agreement: publicJwk(agreement.key),
      credential,
    }))
  )
