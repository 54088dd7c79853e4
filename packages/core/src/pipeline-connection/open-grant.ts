import type { KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import { secretKeyObject, wipeSecret, type Secret } from '../secret/secret'
import { takeGrant, type GrantInsides } from '../transfer/grant'
import { licenseContentKey, targetContentKey } from '../vault/content-key'
import { returnUse, stepUse } from '../vault/use-step'
import { asCoreFault, checkEpoch, openedGrant, type OpenedGrant } from './opened-grant'

const asKeyObject = (secret: Secret): KeyObject => {
  const key = secretKeyObject(secret)
  wipeSecret(secret)
  return key
}

const checkTime = ({ home, expires }: GrantInsides): TE.TaskEither<CoreFault, void> =>
  home.clock.now() > expires ? TE.left({ type: 'GrantExpired' }) : TE.right(undefined)

type Keys = ReadonlyMap<KeyId, KeyObject>

const openKeys = ({ home, license, targets }: GrantInsides): TE.TaskEither<CoreFault, Keys> =>
  pipe(
    licenseContentKey(home, license),
    TE.map((secret): readonly [KeyId, KeyObject] => [license.keyId, asKeyObject(secret)]),
    TE.flatMap((source) =>
      pipe(
        targets,
        TE.traverseSeqArray(({ owner }) =>
          pipe(
            targetContentKey(home, owner),
            TE.map((secret): readonly [KeyId, KeyObject] => [owner.keyId, asKeyObject(secret)])
          )
        ),
        TE.map((keys) => new Map([source, ...keys]))
      )
    )
  )

/** A grant that fails before the release gives its use back; that this fails too is no reason to hide the first fault. */
const givingBack =
  ({ home, useId }: GrantInsides) =>
  (fault: CoreFault): TE.TaskEither<CoreFault, Keys> =>
    pipe(
      returnUse(home, useId, fault.type === 'GrantExpired' ? 'expired' : 'refused'),
      TE.orElse((): TE.TaskEither<CoreFault, void> => TE.right(undefined)),
      TE.flatMap(() => TE.left(fault))
    )

/**
 * Redeems a grant: once, in its time, by the device that it was minted for. The keys are opened first, so that a use
 * is not spent on keys that are lost; they leave only after the release is stored.
 *
 * @errors `GrantForged`, `GrantUsed`, `GrantExpired`, `HandleStale`, and those of keystore, vault and store.
 */
export const openGrant = (presented: unknown): TE.TaskEither<CoreFault, OpenedGrant> =>
  pipe(
    TE.fromIOEither<CoreFault, GrantInsides>(() => takeGrant(presented)),
    TE.flatMap((insides) =>
      pipe(
        checkEpoch(insides),
        TE.flatMap(() => checkTime(insides)),
        TE.flatMap(() => openKeys(insides)),
        TE.orElse(givingBack(insides)),
        TE.tap((keys) =>
          pipe(
            stepUse(insides.home, {
              type: 'ReleaseKey',
              useId: insides.useId,
              grantId: insides.id,
              keyIds: [...keys.keys()],
            }),
            TE.mapLeft(asCoreFault)
          )
        ),
        TE.map((keys) => openedGrant(insides, keys))
      )
    )
  )
