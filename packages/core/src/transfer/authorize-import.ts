import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { badInput } from '../identity/bad-input'
import type { HeldLicense } from '../license/held-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { secretEquals, wipeSecret } from '../secret/secret'
import { heldContentKey } from '../vault/content-key'
import { isContentKey } from '../license/key-block'
import { useStream } from '../vault/use-event'
import { mintLapsingGrant, wipeSources } from './grant'
import { GRANT_LIFE } from './grant-life'
import { grantEnd, grantReceiver } from './grant-receiver'
import { ImportAuthorized, ImportRefused, importStream } from './import-event'
import type { ImportDecision, ImportRequest } from './import-request'
import { importScene, type ImportScene } from './import-scene'
import { judgeImport } from './judge-import'
import { withUnchanged } from './unchanged'

/** What comes in without keys and without a session needs no grant; each key has a key ID of its own, or one would stand for two. */
const withFitKeys = (request: ImportRequest): E.Either<CoreFault, ImportRequest> => {
  const ids = request.sourceKeys.map(({ keyId }) => keyId)
  const repeated = ids.find((id, index) => ids.indexOf(id) < index)
  if (ids.length === 0 && request.session === undefined) return E.left(badInput('source keys', 'at least one key', 'none'))
  // Samples of a session are under its key alone.
  if (ids.length > 0 && request.session !== undefined) return E.left(badInput('source keys', 'none beside a session', String(ids.length)))
  if (repeated !== undefined) return E.left(badInput('source key ID', 'each once', repeated))
  return request.sourceKeys.every(({ key }) => isContentKey(key))
    ? E.right(request)
    : E.left(badInput('source key', '7, 16 or 32 bytes', 'another length'))
}

const refuse = (
  { store }: Home,
  { lid, system, source }: ImportRequest,
  { question, unchanged }: ImportScene,
  useId: string,
  refusals: ReadonlyArray<LicenseRefusal>
): TE.TaskEither<CoreFault, ImportDecision> => {
  const event = newEvent(ImportRefused, { lid, system, source: source.digest, refusals, question })
  const append = { stream: importStream(useId), expectedRevision: 0, events: [event] }
  return pipe(
    store.append(withUnchanged({ appends: [append], correlation: useId }, unchanged)),
    TE.map(([stored]) => ({ type: 'Refused', reasons: refusals, eventId: stored?.id ?? '' }))
  )
}

/**
 * The license's key has to open and to be the one that its document commits to; a source that goes by the same key ID has
 * to have that very key (IM-10).
 */
const checkKeys = (home: Home, { sourceKeys }: ImportRequest, held: HeldLicense): TE.TaskEither<CoreFault, void> =>
  pipe(
    heldContentKey(home, held),
    TE.flatMapEither((own): E.Either<CoreFault, void> => {
      const other = sourceKeys.some(({ keyId, key }) => keyId === held.license.keyId && !secretEquals(key, own))
      wipeSecret(own)
      return other ? E.left({ type: 'KeyMismatch' }) : E.right(undefined)
    })
  )

const allow = (
  home: Home,
  request: ImportRequest,
  { question, unchanged, receiverKeys }: ImportScene,
  useId: string,
  held: HeldLicense
): TE.TaskEither<CoreFault, ImportDecision> => {
  const { issuer, lid, keyId } = held.license
  const { system, source, sourceKeys, scheme } = request
  const { judgedAt, device } = question
  const expires = judgedAt + GRANT_LIFE
  const event = newEvent(ImportAuthorized, { useId, issuer, lid, keyId, system, source: source.digest, expires, question })
  const append = { stream: useStream(useId), expectedRevision: 0, events: [event] }
  return pipe(
    checkKeys(home, request, held),
    TE.flatMap(() => home.store.append(withUnchanged({ appends: [append], correlation: useId }, unchanged))),
    TE.map(() => ({
      type: 'Granted',
      grant: mintLapsingGrant({
        id: uuidV7(home.clock, home.random),
        home,
        direction: 'import',
        held,
        action: null,
        system,
        useId,
        epoch: device.epoch,
        mintedAt: judgedAt,
        expires,
        until: grantEnd(question, null),
        scheme,
        targets: [],
        sources: sourceKeys,
        session: request.session ?? null,
        receiver: grantReceiver(question, receiverKeys),
      }),
      license: { issuer, lid, keyId },
      useId,
      correlation: useId,
    }))
  )
}

const attempt = (home: Home, request: ImportRequest): TE.TaskEither<CoreFault, ImportDecision> =>
  pipe(
    importScene(home, request),
    TE.flatMap((scene) => {
      const useId = uuidV7(home.clock, home.random)
      const verdict = judgeImport(scene.license, scene.question)
      return verdict.type === 'Refused'
        ? refuse(home, request, scene, useId, verdict.refusals)
        : allow(home, request, scene, useId, verdict.held)
    })
  )

/** Without a grant nobody is left who would wipe the keys. */
const wipedUnlessGranted =
  (request: ImportRequest) =>
  (deciding: TE.TaskEither<CoreFault, ImportDecision>): TE.TaskEither<CoreFault, ImportDecision> =>
  async () => {
    const decision = await deciding()
    if (E.isLeft(decision) || decision.right.type === 'Refused') wipeSources({ sources: request.sourceKeys })
    return decision
  }

/**
 * Decides whether content of another system may be taken over under a license of the home's own, which was made and
 * stored before (IM-7), and mints the grant for it. A "no" is a stored event too. Nothing is counted: the license is for
 * what comes after. The keys are taken over whatever the answer: they are wiped with it, or with the grant.
 *
 * @errors `BadInput` for source keys that do not fit; `KeyMismatch` for a source that goes by the license's key ID with
 * another key, `EnvelopeDamaged`, those of keystore and store.
 */
export const authorizeImport =
  (home: Home) =>
  (request: ImportRequest): TE.TaskEither<CoreFault, ImportDecision> =>
    pipe(
      TE.fromEither(withFitKeys(request)),
      TE.flatMap(() => retryConflict(attempt(home, request))),
      wipedUnlessGranted(request)
    )
