import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { StoredEvent } from '../event/stored-event'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { wipeSecret } from '../secret/secret'
import type { StateChange, StreamAppend } from '../store/event-store'
import { changeHolding, type HoldingChange } from './change-holding'
import { licenseKeyBlock, licenseOwner } from './content-key'
import { findLicense, type LicenseReference } from './find-license'
import { canPersist } from './holding-decider'
import { envelopeKey, sealEnvelope } from './key-envelope'
import { readHolding } from './read-holding'
import type { StoredLicense } from './stored-licenses'
import { sealingVault } from './vault-generations'

interface Rewrapped {
  readonly state: ReadonlyArray<StateChange>
  readonly unchanged: ReadonlyArray<StreamAppend>
}

/** A permanent license may be backed up where it says so; until now its key lay under a vault key that never is. */
const rewrapped = (home: Home, license: StoredLicense): TE.TaskEither<CoreFault, Rewrapped> => {
  const backedUp = license.document.rights.some(({ action }) => action === 'Backup')
  if (!backedUp || license.facts.uplink !== null) return TE.right({ state: [], unchanged: [] })
  const owner = licenseOwner(license)
  return pipe(
    TE.Do,
    TE.bind('sealing', () => sealingVault(home, 'backup')),
    TE.bind('block', () => licenseKeyBlock(home, license)),
    TE.map(({ sealing: { vault, unchanged }, block }) => {
      const value = sealEnvelope(vault, owner, block)
      wipeSecret(block.key)
      wipeSecret(block.blind)
      return { state: [{ space: 'key-envelope', key: envelopeKey(owner), value }], unchanged: [unchanged] }
    })
  )
}

const stored = ({ store }: Home, { append }: HoldingChange, { state, unchanged }: Rewrapped) =>
  store.append({ appends: [append, ...unchanged], state })

/** Whether a license may be made permanent; to be asked first (LI-43). @errors `LicenseUnknown`, `LicenseAmbiguous`, those of the store. */
export const canPersistLicense =
  (home: Home) =>
  (reference: LicenseReference): TE.TaskEither<CoreFault, boolean> =>
    pipe(
      findLicense(home)(reference),
      TE.flatMap((license) => readHolding(home.store, license)),
      TE.map(({ state }) => canPersist(state))
    )

/**
 * Moves a savable license from the temporary store to the permanent one (LI-43). From then on it may be backed up if it says
 * so, and is deleted as permanent ones are.
 *
 * @errors `LicenseNotSavable`, `LicenseUnknown`, `LicenseAmbiguous`, `EnvelopeDamaged`, those of keystore and store.
 */
export const persistLicense =
  (home: Home) =>
  (reference: LicenseReference): TE.TaskEither<CoreFault, ReadonlyArray<StoredEvent>> =>
    retryConflict(
      pipe(
        findLicense(home)(reference),
        TE.bindTo('license'),
        TE.bind('change', ({ license }) => changeHolding(home.store, license, { type: 'PersistLicense' })),
        TE.bind('envelope', ({ license }) => rewrapped(home, license)),
        TE.flatMap(({ change, envelope }) => stored(home, change, envelope))
      )
    )
