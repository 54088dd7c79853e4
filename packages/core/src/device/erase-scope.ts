import { join } from 'node:path'
import * as t from 'io-ts'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { forgetContinuity } from '../authority/continuity'
import { defineEvent, newEvent } from '../event/define-event'
import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { IssuerId } from '../identity/issuer-id'
import { KEYSTORE } from './keystore-place'
import { destroyScopeKey } from './scope-key'

/** Stream of what happened to the keys by which authorities know this home. */
export const MACHINE_IDENTITY_STREAM = 'machine-identity'

/** The key by which an authority knew this home was destroyed: at the next contact it is another computer. */
export const MachineIdentityErased = defineEvent({
  type: 'MachineIdentityErased',
  schemaVersion: 1,
  data: t.type({ authority: IssuerId }),
})

/**
 * Destroys the key by which an authority knows this home. For the authority the home is a new computer from then on, which
 * counts as one where computers are counted (BR-29).
 *
 * @errors `HomeUnwritable`, those of the store; after a fault the call may be repeated.
 */
export const eraseScope =
  (home: Home) =>
  (authority: IssuerId): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    pipe(
      destroyScopeKey(join(home.directory, KEYSTORE), authority),
      TE.mapLeft((fault): CoreFault => fault),
      TE.flatMap(() =>
        home.store.append({
          appends: [
            { stream: MACHINE_IDENTITY_STREAM, expectedRevision: 'any', events: [newEvent(MachineIdentityErased, { authority })] },
            forgetContinuity,
          ],
        })
      )
    )
