import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { KeyId } from '../identity/key-id'
import { licensesByKey, type StoredLicense } from '../vault/stored-licenses'
import type { RenewalQuestion } from './renew-components'

/** The licenses of some content with the roots that leaves among them hang on. */
const linked = (home: Home, keyId: KeyId): TE.TaskEither<CoreFault, ReadonlyArray<StoredLicense>> =>
  pipe(
    licensesByKey(home)(keyId),
    TE.flatMap((licenses) =>
      pipe(
        [...new Set(licenses.flatMap(({ facts }) => facts.uplink ?? []))],
        TE.traverseSeqArray(licensesByKey(home)),
        TE.map((roots) => [...licenses, ...roots.flat()])
      )
    )
  )

const highest = (licenses: ReadonlyArray<StoredLicense>): string | undefined => {
  const versions = licenses.flatMap(({ document }) => document.requires?.revocation ?? []).map(BigInt)
  return versions.length === 0 ? undefined : String(versions.reduce((most, version) => (version > most ? version : most)))
}

/**
 * What is to be asked about this home's own components: the key of the device, and those of the application that states a level.
 *
 * @param keyId content whose licenses say how new the revocation information has to be (RV-6); nothing where it does not matter.
 * @errors those of keystore and store.
 */
export const renewalQuestion =
  (home: Home) =>
  (keyId?: KeyId): TE.TaskEither<CoreFault, RenewalQuestion> =>
    pipe(
      TE.Do,
      TE.bind('device', () => home.device),
      TE.bindW('signing', ({ device }) => home.keystore.signing(device.epoch)),
      TE.bind('licenses', () => (keyId === undefined ? TE.right<CoreFault, ReadonlyArray<StoredLicense>>([]) : linked(home, keyId))),
      TE.map(({ signing, licenses }) => ({
        needed: highest(licenses),
        certificates: [
          { kind: 'device', thumbprint: signing.kid },
          ...(home.application?.certificates ?? []).map(({ thumbprint }) => ({ kind: 'application' as const, thumbprint })),
        ],
      }))
    )
