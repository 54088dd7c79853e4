import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import type { AppendRequest } from '../store/event-store'
import { recordedCandidate, type Candidate } from './candidate'
import { recordedRevocation, transferCircumstances } from './circumstances'
import type { ExportQuestion } from './export-question'
import { targetLevels, type ExportRequest } from './export-request'
import { readCandidates } from './read-candidates'
import { checkReceiver } from './receiver'

/** What an append has to find as it was when the decision was made. */
export type Unchanged = Required<Pick<AppendRequest, 'appends' | 'expects'>>

/** One request as it is decided. */
export interface ExportScene {
  readonly question: ExportQuestion
  readonly candidates: ReadonlyArray<Candidate>
  readonly unchanged: Unchanged
}

const IN_PROCESS = { type: 'in-process' } as const

/** Collects all that an export is decided from. Nothing is stored yet. @errors those of keystore and store. */
export const exportScene = (home: Home, request: ExportRequest): TE.TaskEither<CoreFault, ExportScene> =>
  pipe(
    TE.Do,
    TE.bind('circumstances', () => transferCircumstances(home)),
    TE.bind('read', () => readCandidates(home, request.keyId)),
    TE.map(({ circumstances, read }) => {
      const { keyId, system, action, registered } = request
      const { judgedAt, device, clock } = circumstances
      const root = home.authorityRoot
      const receiver = checkReceiver(request.receiver ?? IN_PROCESS, { root, use: 'export', now: judgedAt })
      const question: ExportQuestion = {
        keyId,
        system,
        action,
        handleEpoch: request.epoch ?? null,
        contentVersion: request.contentVersion ?? null,
        registered,
        target: targetLevels(request),
        receiver,
        judgedAt,
        device,
        clock,
        revocation: recordedRevocation(circumstances, 'application', receiver),
        candidates: read.candidates.map(recordedCandidate),
      }
      const unchanged = { appends: [...circumstances.unchanged, ...read.unchanged], expects: read.expects }
      return { question, candidates: read.candidates, unchanged }
    })
  )
