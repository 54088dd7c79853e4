import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { UseResumed, useStream } from '../vault/use-event'
import type { ExportDecision, ExportRequest } from './export-request'
import { exportScene, type ExportScene } from './export-scene'
import { mintGrant, type GrantTarget } from './grant'
import { GRANT_LIFE } from './grant-life'
import { grantEnd } from './grant-receiver'
import { judgeExport, type ExportVerdict } from './judge-export'
import { beforeUse, resumableUse, type ResumableUse } from './resumable-use'
import { withUnchanged } from './unchanged'

/** Which export is to be gone on with; the rest as it was asked for then, but for its keys, which are those of then. In process. */
export interface ResumeRequest extends Omit<ExportRequest, 'targetKeys' | 'receiver'> {
  readonly useId: string
}

/** The answer: a grant under the use of then, or nothing to go on with. */
export type ResumeDecision = Extract<ExportDecision, { readonly type: 'Granted' }> | { readonly type: 'NotResumable' }

const NOT_RESUMABLE: ResumeDecision = { type: 'NotResumable' }

/**
 * Goes on with an export whose process was killed: under the use that was taken and with the target keys that were made, which
 * the vault keeps. Nothing is counted again. Everything is asked once more as of now, of the license that the use was taken
 * from, as if that use came only now: an end of the right, a deletion, a revocation or another device epoch's demands hold.
 *
 * `NotResumable` where the log has no such export, it broke off, was of something else, or would be refused now; the caller asks
 * anew then, and the log tells why not. That no other process is still at it, and that what it was to write is not whole, is
 * the caller's to know.
 *
 * @errors those of keystore and store.
 */
export const resumeExport =
  (home: Home) =>
  (request: ResumeRequest): TE.TaskEither<CoreFault, ResumeDecision> =>
    retryConflict(attempt(home, request))

const attempt = (home: Home, request: ResumeRequest): TE.TaskEither<CoreFault, ResumeDecision> =>
  pipe(
    TE.Do,
    TE.bind('use', () => resumableUse(home, request.useId)),
    TE.bind('scene', () => exportScene(home, { ...request, targetKeys: [] })),
    TE.flatMap(({ use, scene }): TE.TaskEither<CoreFault, ResumeDecision> => {
      if (use === undefined || !isOf(use, request)) return TE.right(NOT_RESUMABLE)
      const candidates = scene.candidates.flatMap((candidate) => beforeUse(candidate, use) ?? [])
      const verdict = judgeExport(candidates, scene.question)
      return verdict.type === 'Refused' ? TE.right(NOT_RESUMABLE) : resume({ home, request, use, scene, verdict })
    })
  )

const isOf = ({ authorized }: ResumableUse, { keyId, system, action, source }: ResumeRequest): boolean =>
  authorized.keyId === keyId &&
  authorized.system === system &&
  authorized.action === action &&
  authorized.source === source.digest

/** An export that is being gone on with. */
interface Resuming {
  readonly home: Home
  readonly request: ResumeRequest
  readonly use: ResumableUse
  readonly scene: ExportScene
  readonly verdict: Extract<ExportVerdict, { readonly type: 'Allowed' }>
}

const resume = (resuming: Resuming): TE.TaskEither<CoreFault, ResumeDecision> => {
  const { home, request, use, scene } = resuming
  const { useId } = request
  const resumed = { stream: useStream(useId), expectedRevision: use.revision, events: [newEvent(UseResumed, { useId })] }
  return pipe(
    home.store.append(withUnchanged({ appends: [resumed], correlation: useId }, scene.unchanged)),
    TE.map(() => granted(resuming))
  )
}

const granted = ({ home, request, use, scene: { question }, verdict }: Resuming): ResumeDecision => {
  const { useId, system, action } = request
  const { held, until } = verdict
  const { issuer, lid, keyId } = held.license
  const owned = use.targets.map(({ keyId: target, scheme }): GrantTarget => {
    return { keyId: target, scheme, owner: { type: 'target', keyId: target, useId } }
  })
  const grant = mintGrant({
    id: uuidV7(home.clock, home.random),
    home,
    direction: 'export',
    held,
    action,
    system,
    useId,
    epoch: question.device.epoch,
    mintedAt: question.judgedAt,
    expires: question.judgedAt + GRANT_LIFE,
    until: grantEnd(question, until),
    scheme: '',
    targets: owned,
    sources: [],
    session: null,
    receiver: null,
  })
  const targets = owned.map(({ keyId: target, scheme }) => ({ keyId: target, scheme }))
  return { type: 'Granted', grant, license: { issuer, lid, keyId }, useId, correlation: useId, targets }
}
