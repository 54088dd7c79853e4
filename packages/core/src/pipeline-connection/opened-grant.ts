import type { KeyObject } from 'node:crypto'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { once } from '../device/once'
import type { CoreFault, GrantFault } from '../fault/core-fault'
import type { KeyId } from '../identity/key-id'
import type { GrantInsides } from '../transfer/grant'
import { acceptSession } from '../session/accept-session'
import type { GrantSession, SessionTerms } from '../session/grant-session'
import { offerSession } from '../session/offer-session'
import { checkReceiver } from './check-receiver'
import { stepUse, type UseStepFault } from '../vault/use-step'

/** A grant in use, for one run. */
export interface OpenedGrant {
  readonly useId: string
  /** Key ID that the source is protected with, or that clear media is to be protected with; of several the first. */
  readonly source: KeyId
  /** All key IDs that the source is protected with; several only in an import. */
  readonly sources: ReadonlyArray<KeyId>
  /** Keys that the target is to be protected with, in the order of the request. */
  readonly targets: ReadonlyArray<{ readonly keyId: KeyId; readonly scheme: string }>
  /** One of the grant's keys. @errors `GrantForged` for a key ID that the grant does not name, `GrantUsed` after `close`. */
  readonly keyFor: (keyId: KeyId) => E.Either<GrantFault, KeyObject>
  /**
   * The session of the run: for an export one that is made for its receiver, for an import the one that the grant covers.
   *
   * @errors `SessionMissing`, `SessionProfileRefused`; `SealBroken` and `SessionReplayed` of an import; `GrantUsed` after `close`;
   * those of keystore and store.
   */
  readonly session: (terms: SessionTerms) => TaskEither<CoreFault, GrantSession>
  /**
   * To be asked at each batch. @errors `HandleStale` after an individualization, `GrantExpired` past the right's end,
   * `CertificateRevoked` and `RevocationStale` for a receiver that must get no more.
   */
  readonly stillValid: () => TaskEither<CoreFault, void>
  /** Ends the run and forgets the keys. A second call answers with the first result, whatever outcome it names. */
  readonly close: (outcome: 'finished' | 'broken') => TaskEither<CoreFault, void>
}

/** The fault of a grant whose use went another way. */
export const asCoreFault = (fault: UseStepFault): CoreFault => {
  if (fault.type !== 'UseNotOpen') return fault
  return { type: fault.stage === 'returned' ? 'GrantExpired' : 'GrantUsed' }
}

/** Whether the device still has the keys that the grant was minted for. */
export const checkEpoch = ({ home, epoch }: GrantInsides): TaskEither<CoreFault, void> =>
  pipe(
    home.device,
    TE.flatMap((device): TaskEither<CoreFault, void> =>
      device.epoch === epoch ? TE.right(undefined) : TE.left({ type: 'HandleStale' })
    )
  )

/** An import writes under the license's own key, which is thereby the one that the license states (IM-10). */
const targetsOf = ({ direction, held: { license }, scheme, targets }: GrantInsides): OpenedGrant['targets'] =>
  direction === 'import' ? [{ keyId: license.keyId, scheme }] : targets.map(({ keyId, scheme: own }) => ({ keyId, scheme: own }))

const sourcesOf = ({ direction, held: { license }, sources }: GrantInsides): ReadonlyArray<KeyId> =>
  direction === 'import' ? sources.map(({ keyId }) => keyId) : [license.keyId]

/** Hands a redeemed grant to the pipeline; the release is stored by then. */
export const openedGrant = (insides: GrantInsides, released: ReadonlyMap<KeyId, KeyObject>): OpenedGrant => {
  const { home, id, useId, until } = insides
  const keys = new Map(released)
  const sources = sourcesOf(insides)
  let closing: TaskEither<CoreFault, void> | undefined
  const end = (outcome: 'finished' | 'broken'): TaskEither<CoreFault, void> =>
    pipe(
      stepUse(home, { type: 'EndUse', useId, grantId: id, outcome }),
      TE.bimap(asCoreFault, () => undefined)
    )
  return {
    useId,
    source: sources[0] ?? insides.held.license.keyId,
    sources,
    targets: targetsOf(insides),
    keyFor: (keyId) => {
      if (closing !== undefined) return E.left({ type: 'GrantUsed' })
      const key = keys.get(keyId)
      return key === undefined ? E.left({ type: 'GrantForged', what: `no key ${keyId} in this grant` }) : E.right(key)
    },
    session: (terms) => {
      if (closing !== undefined) return TE.left({ type: 'GrantUsed' })
      return insides.direction === 'import' ? acceptSession(insides, terms) : offerSession(insides, terms)
    },
    stillValid: () =>
      until !== null && home.clock.now() > until
        ? TE.left({ type: 'GrantExpired' })
        : pipe(
            checkEpoch(insides),
            TE.flatMap(() => checkReceiver(insides))
          ),
    close: (outcome) => {
      keys.clear()
      closing ??= once(end(outcome))
      return closing
    },
  }
}
