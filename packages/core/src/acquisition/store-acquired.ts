import * as E from 'fp-ts/Either'

import { newEvent } from '../event/define-event'
import { runTask } from '../fault/run-task'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import type { LicenseResponse } from '../license/license-response'
import { addLicense, type AlongWithLicense } from '../vault/add-license'
import { ACQUISITION_STREAM, LicenseAcquired } from './acquisition-event'
import { endWith, type AcquisitionRun } from './acquisition-run'

const SERVICE = 'license'

/** Every append of one operation says so, those of the vault too. */
const withCorrelation = (home: Home, correlation: string): Home =>
  // By descriptors: what a home reads anew at each look goes on being read anew.
  Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    store: {
      value: { ...home.store, append: (request) => home.store.append({ correlation, ...request }) } satisfies Home['store'],
      enumerable: true,
    },
  })

/**
 * Takes an acquired license in. License and `LicenseAcquired` are stored in one append: until then a cancellation leaves the
 * vault as it was, and afterwards the license is there (LI-64).
 *
 * @param keyId the one that was asked for; `null` for any.
 */
export const storeAcquired = async (run: AcquisitionRun, keyId: KeyId | null, response: LicenseResponse): Promise<void> => {
  const { context, operation } = run
  const along: AlongWithLicense = ({ issuer, lid, keyId: found }) => {
    const refused = (why: string): E.Either<CoreFault, never> => E.left({ type: 'ReplyInvalid', service: SERVICE, why })
    if (context.isCancelled()) return refused('cancelled')
    if (keyId !== null && found !== keyId) return refused('a license for another key ID')
    const events = [newEvent(LicenseAcquired, { operation, issuer, lid, keyId: found })]
    return E.right([{ stream: ACQUISITION_STREAM, expectedRevision: 'any', events }])
  }
  const { alreadyHeld, ...license } = await runTask(addLicense(withCorrelation(context.home, operation))(response, along))
  if (alreadyHeld) await endWith(run, newEvent(LicenseAcquired, { operation, ...license }))
}
