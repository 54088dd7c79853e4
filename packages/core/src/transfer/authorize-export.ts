import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { badInput } from '../identity/bad-input'
import type { LicenseRefusal } from '../license/license-refusal'
import { wipeSecret } from '../secret/secret'
import type { AppendRequest } from '../store/event-store'
import { heldContentKey } from '../vault/content-key'
import { reservation } from '../vault/reservation'
import { returnAbandonedUses } from '../vault/return-abandoned-uses'
import { prepareTargetKeys, type PreparedTargetKey } from '../vault/target-keys'
import { ExportAuthorized, ExportRefused, exportStream } from './export-event'
import type { ExportDecision, ExportRequest } from './export-request'
import { exportScene, type ExportScene } from './export-scene'
import { mintGrant } from './grant'
import { grantEnd, grantReceiver } from './grant-receiver'
import { GRANT_LIFE } from './grant-life'
import { judgeExport, type ExportVerdict } from './judge-export'
import { withUnchanged } from './unchanged'

/** Each key of a grant has a key ID of its own, or one would stand for two keys. */
const withDistinctKeys = (request: ExportRequest): E.Either<CoreFault, ExportRequest> => {
  const { keyId, targetKeys } = request
  const ids = [keyId, ...targetKeys.flatMap(({ given }) => (given === undefined ? [] : [given.keyId]))]
  const repeated = ids.find((id, index) => ids.indexOf(id) < index)
  return repeated === undefined
    ? E.right(request)
    : E.left(badInput('target key ID', 'another one than the source’s and each other’s', repeated))
}

const refuse = (
  { store }: Home,
  { keyId, system, action, source }: ExportRequest,
  { question, unchanged }: ExportScene,
  useId: string,
  refusals: ReadonlyArray<LicenseRefusal>
): TE.TaskEither<CoreFault, ExportDecision> => {
  const event = newEvent(ExportRefused, { keyId, system, action, source: source.digest, refusals, question })
  const append = { stream: exportStream(useId), expectedRevision: 0, events: [event] }
  return pipe(
    store.append(withUnchanged({ appends: [append], correlation: useId }, unchanged)),
    TE.map(([stored]) => ({ type: 'Refused', reasons: refusals, eventId: stored?.id ?? '' }))
  )
}

type Allowed = Extract<ExportVerdict, { readonly type: 'Allowed' }>

/** A request that is being granted. */
interface Granting {
  readonly home: Home
  readonly request: ExportRequest
  readonly scene: ExportScene
  readonly useId: string
  readonly expires: number
  readonly verdict: Allowed
}

const authorized = ({ request, scene, useId, verdict }: Granting, targets: ReadonlyArray<PreparedTargetKey>) => {
  const { keyId, system, action, source } = request
  const { issuer, lid } = verdict.held.license
  const root = verdict.held.root?.license
  return newEvent(ExportAuthorized, {
    useId,
    keyId,
    system,
    action,
    issuer,
    lid,
    root: root === undefined ? null : { issuer: root.issuer, lid: root.lid },
    source: source.digest,
    targetKeyIds: targets.map(({ owner }) => owner.keyId),
    epoch: scene.question.device.epoch,
    question: scene.question,
  })
}

const authorization = (granting: Granting, targets: ReadonlyArray<PreparedTargetKey>): AppendRequest => {
  const { scene, useId, expires, verdict } = granting
  const { action } = granting.request
  const appends = [
    ...reservation(scene.held, { useId, action, takes: verdict.takes, expires }),
    {
      stream: exportStream(useId),
      expectedRevision: 0,
      events: [...targets.map(({ event }) => event), authorized(granting, targets)],
    },
  ]
  const vaults = targets.map(({ unchanged }) => unchanged)
  const request = { appends: [...appends, ...vaults], state: targets.map(({ state }) => state), correlation: useId }
  return withUnchanged(request, scene.unchanged)
}

const minted = (granting: Granting, prepared: ReadonlyArray<PreparedTargetKey>): ExportDecision => {
  const { home, request, scene, useId, expires, verdict } = granting
  const { license } = verdict.held
  const targets = prepared.map(({ owner }, index) => ({
    keyId: owner.keyId,
    scheme: request.targetKeys[index]?.scheme ?? '',
    owner,
  }))
  const grant = mintGrant({
    id: uuidV7(home.clock, home.random),
    home,
    direction: 'export',
    held: verdict.held,
    action: request.action,
    system: request.system,
    useId,
    epoch: scene.question.device.epoch,
    mintedAt: scene.question.judgedAt,
    expires,
    until: grantEnd(scene.question, verdict.until),
    scheme: '',
    targets,
    sources: [],
    session: null,
    receiver: grantReceiver(scene.question, scene.receiverKeys),
  })
  return {
    type: 'Granted',
    grant,
    license: { issuer: license.issuer, lid: license.lid, keyId: license.keyId },
    useId,
    correlation: useId,
    targets: targets.map(({ keyId, scheme }) => ({ keyId, scheme })),
  }
}

const allow = (granting: Granting): TE.TaskEither<CoreFault, ExportDecision> => {
  const { home, request, useId, verdict } = granting
  return pipe(
    // A key that does not open must not cost a use.
    heldContentKey(home, verdict.held),
    TE.map(wipeSecret),
    TE.flatMap(() => prepareTargetKeys(home, useId, request.system, request.targetKeys)),
    TE.tap((targets) => home.store.append(authorization(granting, targets))),
    TE.map((targets) => minted(granting, targets))
  )
}

const attempt = (home: Home, request: ExportRequest): TE.TaskEither<CoreFault, ExportDecision> =>
  pipe(
    exportScene(home, request),
    TE.flatMap((scene) => {
      const useId = uuidV7(home.clock, home.random)
      const verdict = judgeExport(scene.candidates, scene.question)
      const expires = scene.question.judgedAt + GRANT_LIFE
      return verdict.type === 'Refused'
        ? refuse(home, request, scene, useId, verdict.refusals)
        : allow({ home, request, scene, useId, expires, verdict })
    })
  )

/**
 * Decides whether protected content may be exported to a system, takes the use, and mints the grant for it. A "no" is a
 * stored event too. The decision is stored only into the log that it was made from: whoever changes a license, the
 * device or a list meanwhile makes it be made anew, and two processes that want one last use are told apart so.
 *
 * @errors `BadInput` for target keys that do not fit; `EnvelopeDamaged`, `KeyMismatch` for a license whose key is lost;
 * those of keystore and store. No use is taken then.
 */
export const authorizeExport =
  (home: Home) =>
  (request: ExportRequest): TE.TaskEither<CoreFault, ExportDecision> =>
    pipe(
      TE.fromEither(withDistinctKeys(request)),
      TE.flatMap(() => returnAbandonedUses(home)),
      TE.flatMap(() => retryConflict(attempt(home, request)))
    )
