import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { newEvent } from '../event/define-event'
import { uuidV7 } from '../event/uuid-v7'
import type { CoreFault } from '../fault/core-fault'
import { foldStream } from '../home/fold-stream'
import type { Home } from '../home/home'
import { retryConflict } from '../home/retry-conflict'
import { badInput } from '../identity/bad-input'
import type { KeyId } from '../identity/key-id'
import type { RequiredVersion } from '../identity/security-version'
import type { SystemId } from '../identity/system-id'
import type { AcceptedLicense } from '../license/accepted-license'
import type { LicenseRefusal } from '../license/license-refusal'
import { wipeSecret } from '../secret/secret'
import type { AppendRequest } from '../store/event-store'
import { storedAcceptance, type StoredAcceptance } from '../vault/accept-stored'
import { licenseContentKey } from '../vault/content-key'
import { evolve, initial } from '../vault/license-decider'
import { LICENSE_EVENTS, licenseStream } from '../vault/license-event'
import { returnAbandonedUses } from '../vault/return-abandoned-uses'
import { licensesByKey, type StoredLicense } from '../vault/stored-licenses'
import { prepareTargetKeys, type PreparedTargetKey, type TargetKeyRequest } from '../vault/target-keys'
import { useStream } from '../vault/use-event'
import { ExportAuthorized, ExportRefused, exportStream } from './export-event'
import { mintGrant, type Grant, type GrantTarget } from './grant'
import { GRANT_LIFE } from './grant-life'
import { judgeExport, type Candidate, type ExportQuestion, type ExportVerdict } from './judge-export'

/** What is to leave, to where. */
export interface ExportRequest {
  /** Key ID of the protected content. */
  readonly keyId: KeyId
  /** The target system. */
  readonly system: SystemId
  /** The security version that the content's own headers demand (IN-4); without it none. */
  readonly contentVersion?: RequiredVersion
  /** The right that the export is judged by (EX-21). */
  readonly action: 'Copy'
  /** Names the source file: SHA-256 of its header, base64url. */
  readonly source: { readonly digest: string }
  /** Systems that are registered here (EX-23). */
  readonly registered: ReadonlyArray<SystemId>
  /** Keys that the target is to be protected with, one entry a key. */
  readonly targetKeys: ReadonlyArray<TargetKeyRequest>
}

/** The answer to a request to export. */
export type ExportDecision =
  | {
      readonly type: 'Granted'
      readonly grant: Grant
      readonly license: Pick<AcceptedLicense, 'issuer' | 'lid' | 'keyId'>
      readonly useId: string
      /** Correlation id of all events of this export. */
      readonly correlation: string
      /** In the order of the request. */
      readonly targets: ReadonlyArray<Pick<GrantTarget, 'keyId' | 'scheme'>>
    }
  | {
      readonly type: 'Refused'
      readonly reasons: ReadonlyArray<LicenseRefusal>
      /** Id of the stored `ExportRefused`. */
      readonly eventId: string
    }

/** Each key of a grant has a key ID of its own, or one would stand for two keys. */
const withDistinctKeys = (request: ExportRequest): E.Either<CoreFault, ExportRequest> => {
  const { keyId, targetKeys } = request
  const ids = [keyId, ...targetKeys.flatMap(({ given }) => (given === undefined ? [] : [given.keyId]))]
  const repeated = ids.find((id, index) => ids.indexOf(id) < index)
  return repeated === undefined
    ? E.right(request)
    : E.left(badInput('target key ID', 'another one than the source’s and each other’s', repeated))
}

const candidateOf =
  ({ store }: Home, accept: StoredAcceptance) =>
  ({ issuer, lid, jws }: StoredLicense): TE.TaskEither<CoreFault, Candidate> =>
    pipe(
      foldStream(store, licenseStream(issuer, lid), { definitions: LICENSE_EVENTS, initial, evolve }),
      TE.map(({ state, revision }) => ({ issuer, lid, accepted: accept(jws), state, revision }))
    )

const refuse = (
  { store }: Home,
  { keyId, system, action, source }: ExportRequest,
  useId: string,
  reasons: ReadonlyArray<LicenseRefusal>
): TE.TaskEither<CoreFault, ExportDecision> => {
  const event = newEvent(ExportRefused, { keyId, system, action, source: source.digest, refusals: reasons })
  return pipe(
    store.append({
      appends: [{ stream: exportStream(useId), expectedRevision: 0, events: [event] }],
      correlation: useId,
    }),
    TE.map(([stored]) => ({ type: 'Refused', reasons, eventId: stored?.id ?? '' }))
  )
}

type Allowed = Extract<ExportVerdict, { readonly type: 'Allowed' }>

const authorization = (
  { keyId, system, action, source }: ExportRequest,
  { useId, device }: ExportQuestion,
  { license: { issuer, lid }, revision, use }: Allowed,
  targets: ReadonlyArray<PreparedTargetKey>
): AppendRequest => {
  const authorized = newEvent(ExportAuthorized, {
    useId,
    keyId,
    system,
    action,
    issuer,
    lid,
    source: source.digest,
    targetKeyIds: targets.map(({ owner }) => owner.keyId),
    epoch: device.epoch,
  })
  return {
    appends: [
      { stream: licenseStream(issuer, lid), expectedRevision: revision, events: [use.event] },
      { stream: useStream(useId), expectedRevision: 0, events: [use.event] },
      { stream: exportStream(useId), expectedRevision: 0, events: [...targets.map(({ event }) => event), authorized] },
    ],
    state: targets.map(({ state }) => state),
    correlation: useId,
  }
}

const allow = (
  home: Home,
  request: ExportRequest,
  question: ExportQuestion,
  verdict: Allowed
): TE.TaskEither<CoreFault, ExportDecision> => {
  const { useId, system, action, now, expires, device } = question
  const { license, use } = verdict
  return pipe(
    // A key that does not open must not cost a use.
    licenseContentKey(home, license),
    TE.map(wipeSecret),
    TE.flatMap(() => prepareTargetKeys(home, useId, system, request.targetKeys)),
    TE.tap((targets) => home.store.append(authorization(request, question, verdict, targets))),
    TE.map((prepared) => {
      const targets = prepared.map(({ owner }, index) => ({
        keyId: owner.keyId,
        scheme: request.targetKeys[index]?.scheme ?? '',
        owner,
      }))
      const { epoch } = device
      const id = uuidV7(home.clock, home.random)
      const insides = { id, home, license, action, system, useId, epoch, mintedAt: now, expires, until: use.until, targets }
      return {
        type: 'Granted',
        grant: mintGrant(insides),
        license: { issuer: license.issuer, lid: license.lid, keyId: license.keyId },
        useId,
        correlation: useId,
        targets: targets.map(({ keyId, scheme }) => ({ keyId, scheme })),
      }
    })
  )
}

const attempt = (
  home: Home,
  request: ExportRequest,
  accept: StoredAcceptance
): TE.TaskEither<CoreFault, ExportDecision> =>
  pipe(
    TE.Do,
    TE.bind('device', () => home.device),
    TE.bind('candidates', () =>
      pipe(
        licensesByKey(home)(request.keyId),
        TE.flatMap((licenses) => TE.traverseSeqArray(candidateOf(home, accept))(licenses))
      )
    ),
    TE.flatMap(({ device, candidates }) => {
      const now = home.clock.now()
      const { system, action, registered, contentVersion } = request
      const useId = uuidV7(home.clock, home.random)
      const demanded = contentVersion === undefined ? {} : { contentVersion }
      const question = { useId, system, action, registered, now, expires: now + GRANT_LIFE, device, ...demanded }
      const verdict = judgeExport(candidates, question)
      return verdict.type === 'Refused'
        ? refuse(home, request, useId, verdict.refusals)
        : allow(home, request, question, verdict)
    })
  )

/**
 * Decides whether protected content may be exported to a system, takes the use, and mints the grant for it. A "no" is a
 * stored event too. Two processes that want the last use of a license are told apart by the log: one gets it.
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
      TE.flatMap(() => storedAcceptance(home)),
      TE.flatMap((accept) => retryConflict(attempt(home, request, accept)))
    )
