import { createPublicKey } from 'node:crypto'
import type * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { acceptLicense } from '../license/accept-license'
import type { AcceptedLicense } from '../license/accepted-license'

/** Judges stored documents as if they came in now. */
export type StoredAcceptance = (jws: string) => E.Either<CoreFault, AcceptedLicense>

/**
 * Opens what is needed to believe stored documents: the home's own issuer key, the only issuer that is trusted yet.
 *
 * @errors those of the keystore.
 */
export const storedAcceptance = ({ keystore, clock }: Home): TE.TaskEither<CoreFault, StoredAcceptance> =>
  pipe(
    keystore.issuer(),
    TE.mapLeft((fault): CoreFault => fault),
    TE.map(({ kid, key }) => {
      const own = createPublicKey(key)
      return (jws) => acceptLicense({ issuerKey: (id) => (id === kid ? own : undefined), now: clock.now() }, jws)
    })
  )
