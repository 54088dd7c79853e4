import type { KeyObject } from 'node:crypto'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import { secretKeyObject, wipeSecret, type Secret } from '../secret/secret'
import { takeGrant, wipeSources, type GrantInsides } from '../transfer/grant'
import { heldContentKey, targetContentKey } from '../vault/content-key'
import { returnUse, stepUse } from '../vault/use-step'
import { checkReceiver } from './check-receiver'
import { asCoreFault, checkEpoch, openedGrant, type OpenedGrant } from './opened-grant'

const asKeyObject = (secret: Secret): KeyObject => {
  const key = secretKeyObject(secret)
  wipeSecret(secret)
  return key
}

const checkTime = ({ home, expires }: GrantInsides): TE.TaskEither<CoreFault, void> =>
  home.clock.now() > expires ? TE.left({ type: 'GrantExpired' }) : TE.right(undefined)

type Keys = ReadonlyMap<KeyId, KeyObject>

type Entry = readonly [KeyId, KeyObject]

/** The keys of the other system first: they are in hand, and are wiped whatever happens to the rest. */
const openKeys = ({ home, held, targets, sources }: GrantInsides): TE.TaskEither<CoreFault, Keys> => {
  const brought = sources.map(({ keyId, key }): Entry => [keyId, asKeyObject(key)])
  return pipe(
    heldContentKey(home, held),
    TE.map((secret): Entry => [held.license.keyId, asKeyObject(secret)]),
    TE.flatMap((own) =>
      pipe(
        targets,
        TE.traverseSeqArray(({ owner }) =>
          pipe(
            targetContentKey(home, owner),
            TE.map((secret): Entry => [owner.keyId, asKeyObject(secret)])
          )
        ),
        TE.map((keys) => new Map([...brought, own, ...keys]))
      )
    )
  )
}

/** A grant that fails before the release gives its use back; that this fails too is no reason to hide the first fault. */
const givingBack =
  (insides: GrantInsides) =>
  (fault: CoreFault): TE.TaskEither<CoreFault, Keys> => {
    const { home, useId } = insides
    wipeSources(insides)
    return pipe(
      returnUse(home, useId, fault.type === 'GrantExpired' ? 'expired' : 'refused'),
      TE.orElse((): TE.TaskEither<CoreFault, void> => TE.right(undefined)),
      TE.flatMap(() => TE.left(fault))
    )
  }

/**
 * Redeems a grant: once, in its time, by the device that it was minted for, and for a receiver that is still on no list.
 * The keys are opened first, so that a use is not spent on keys that are lost; they leave only after the release is stored.
 *
 * @errors `GrantForged`, `GrantUsed`, `GrantExpired`, `HandleStale`, `CertificateRevoked`, `RevocationStale`, and those of
 * keystore, vault and store.
 */
export const openGrant = (presented: unknown): TE.TaskEither<CoreFault, OpenedGrant> =>
  pipe(
    TE.fromIOEither<CoreFault, GrantInsides>(() => takeGrant(presented)),
    TE.flatMap((insides) =>
      pipe(
        checkEpoch(insides),
        TE.flatMap(() => checkTime(insides)),
        TE.flatMap(() => checkReceiver(insides)),
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
