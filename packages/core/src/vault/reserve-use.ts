import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import type { Action } from '../license/action'
import { chooseLicense } from '../license/choose-license'
import type { Allowed } from '../license/evaluation'
import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { wipeSecret } from '../secret/secret'
import { heldContentKey } from './content-key'
import { heldUnder, type HeldLicenses } from './held-licenses'
import { answerQuery, type LicenseQuery } from './query-license'
import { reservation } from './reservation'
import { vaultCircumstances, type VaultCircumstances } from './vault-circumstances'

/** Asks for one use of the first license that allows an action. */
export interface UseRequest extends LicenseQuery {
  readonly action: Action
}

/** The answer to a request for a use. A "no" leaves nothing in the log here; whoever asked makes it an event of his own. */
export type UseAnswer =
  | {
      readonly type: 'Reserved'
      readonly useId: string
      /** What it was taken from. */
      readonly held: HeldLicense
      readonly evaluation: Allowed
      /** When it may be given back if no key was asked for, microseconds since 1970. */
      readonly expires: number
    }
  | { readonly type: 'Refused'; readonly refusals: ReadonlyArray<LicenseRefusal> }

/** How long a use waits for its key: 30 seconds, in microseconds. The log decides who was faster, so this only says when to try. */
const USE_LEASE = 30 * 1_000_000

const taken = (
  home: Home,
  held: HeldLicenses,
  circumstances: VaultCircumstances,
  request: UseRequest
): TE.TaskEither<CoreFault, UseAnswer> => {
  const answer = answerQuery(held, circumstances, request)
  if (!answer.allowed) return TE.right({ type: 'Refused', refusals: answer.refusals })
  const { now, clock, device } = circumstances
  const { delivery, session } = request
  const choice = chooseLicense(held.candidates, request.action, {
    now,
    clock,
    device,
    ...(delivery && { delivery }),
    ...(session && { session }),
  })
  if (E.isLeft(choice)) return TE.right({ type: 'Refused', refusals: choice.left })
  const useId = uuidV7(home.clock, home.random)
  const expires = now + USE_LEASE
  const { takes } = choice.right.evaluation
  return pipe(
    // A key that does not open must not cost a use.
    heldContentKey(home, choice.right.held),
    TE.map(wipeSecret),
    TE.flatMap(() =>
      home.store.append({
        appends: reservation(held, { useId, action: request.action, takes, expires }),
        expects: held.expects,
        correlation: useId,
      })
    ),
    TE.map(() => ({ type: 'Reserved', useId, expires, ...choice.right }))
  )
}

/**
 * Takes one use of the first license of a key ID that allows an action, durably; in a chain from both links. Of two
 * processes that want the last use one gets it: the other finds the license changed, reads again and is refused. The use
 * goes on with `stepUse`; one that nobody goes on with is given back by `returnAbandonedUses`.
 *
 * @errors `EnvelopeDamaged`, `KeyMismatch` for a license whose key is lost, those of keystore and store; no use is taken
 * then.
 */
export const reserveUse =
  (home: Home) =>
  (request: UseRequest): TE.TaskEither<CoreFault, UseAnswer> =>
    retryConflict(
      pipe(
        vaultCircumstances(home),
        TE.flatMap((circumstances) =>
          pipe(
            heldUnder(home, circumstances.revocation)(request.keyId),
            TE.flatMap((held) => taken(home, held, circumstances, request))
          )
        )
      )
    )
