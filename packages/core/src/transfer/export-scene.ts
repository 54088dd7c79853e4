import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { heldUnder, type HeldLicenses } from '../vault/held-licenses'
import { recordedCandidate, type Candidate } from './candidate'
import { recordedRevocation, transferCircumstances, type TransferCircumstances } from './circumstances'
import { candidatesOf, unchangedLicenses } from './export-candidates'
import type { ExportQuestion } from './export-question'
import { targetLevels, type ExportRequest } from './export-request'
import { checkReceiver, receiverKeys, type ReceiverKeys } from './receiver'
import type { Unchanged } from './unchanged'

/** One request as it is decided. */
export interface ExportScene {
  readonly question: ExportQuestion
  readonly candidates: ReadonlyArray<Candidate>
  readonly held: HeldLicenses
  readonly receiverKeys: ReceiverKeys | null
  readonly unchanged: Unchanged
}

const IN_PROCESS = { type: 'in-process' } as const

const expectationOf = (home: Home, now: number) => ({ root: home.authorityRoot, use: 'export', now }) as const

const questionOf = (
  home: Home,
  request: ExportRequest,
  circumstances: TransferCircumstances,
  candidates: ReadonlyArray<Candidate>
): ExportQuestion => {
  const { keyId, system, action, registered } = request
  const { now, device, clock } = circumstances
  const receiver = checkReceiver(request.receiver ?? IN_PROCESS, expectationOf(home, now))
  return {
    keyId,
    system,
    action,
    handleEpoch: request.epoch ?? null,
    contentVersion: request.contentVersion ?? null,
    registered,
    target: targetLevels(request),
    receiver,
    judgedAt: now,
    device,
    clock,
    revocation: recordedRevocation(circumstances, 'application', receiver),
    candidates: candidates.map(recordedCandidate),
  }
}

/** Collects all that an export is decided from. Nothing is stored yet. @errors those of keystore and store. */
export const exportScene = (home: Home, request: ExportRequest): TE.TaskEither<CoreFault, ExportScene> =>
  pipe(
    TE.Do,
    TE.bind('circumstances', () => transferCircumstances(home)),
    TE.bind('held', ({ circumstances }) => heldUnder(home, circumstances.revocation)(request.keyId)),
    TE.map(({ circumstances, held }) => {
      const candidates = candidatesOf(held)
      const { appends, expects } = unchangedLicenses(held)
      return {
        question: questionOf(home, request, circumstances, candidates),
        candidates,
        held,
        receiverKeys: receiverKeys(request.receiver ?? IN_PROCESS, expectationOf(home, circumstances.now)),
        unchanged: { appends: [...circumstances.unchanged, ...appends], expects },
      }
    })
  )
