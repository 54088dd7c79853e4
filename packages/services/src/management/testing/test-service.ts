import { randomUUID } from 'node:crypto'

import { publicJwk } from '@custody/core/certificate'
import type { Clock } from '@custody/core/clock'
import { b64u, utf8 } from '@custody/core/encoding'
import { acceptProof, audience, bodyDigest, proveRequest, proveScope, type RequestProof } from '@custody/core/exchange'
import { timestampFromMicros } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { batchPath, RESTORE_PATH, type OpenRestoreReply } from '@custody/core/restore'
import { memoryLog, openMemoryStore } from '@custody/core/store/memory'
import { thumbprint } from '@custody/core/signed'
import type { EventStore } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import * as TE from 'fp-ts/TaskEither'

import type { ContinuityPort, IncomingRequest, ManagementEnv } from '../management-env'
import { openRestoreSession } from '../open-restore-session'
import { refused, type ManagementFault, type Refused } from '../refused'
import { restoreBatch, type RestoredBatch } from '../restore-batch'
import { MANAGEMENT_PROJECTIONS } from '../restored-computers'
import type { TestAuthority, TestComputer } from './test-authority'
import type { TestBackup } from './test-backup'

/** A clock that a test moves. */
export interface TestClock extends Clock {
  readonly advance: (seconds: number) => void
}

/** Begins at a fixed moment. */
export const testClock = (): TestClock => {
  let now = Date.UTC(2026, 2, 1, 12) * 1000
  return {
    now: () => (now += 1),
    advance: (seconds) => {
      now += seconds * 1_000_000
    },
  }
}

/** The nonce that is fresh in tests. */
export const FRESH = 'fresh'

/** Takes every token. */
const anyToken: ContinuityPort = {
  check: () => TE.right({ type: 'Continues', revision: 0 }),
  next: (mid) => ({ token: `token of ${mid}`, append: { stream: `continuity-${mid}`, expectedRevision: 'any', events: [] } }),
  again: (_, __, answered) => TE.right(answered),
}

/** A store of the service's own in memory. */
export const memoryServiceStore = (clock: Clock): EventStore =>
  openMemoryStore(memoryLog('11111111-2222-7333-8444-555555555555'), {
    clock,
    random: systemRandom,
    projections: MANAGEMENT_PROJECTIONS,
  })

/** An instance of the service. */
export const testEnv = (
  authority: TestAuthority,
  clock: Clock,
  store: EventStore = memoryServiceStore(clock),
  more: Partial<ManagementEnv> = {}
): ManagementEnv => ({
  store,
  clock,
  random: systemRandom,
  authority,
  continuity: anyToken,
  isRevoked: () => false,
  ...more,
})

/** What of a request a test wants to have different. */
export interface RequestChange {
  readonly idem?: string
  readonly nonce?: string
  readonly aud?: string
  /** Path that is signed. */
  readonly signedPath?: string
  /** Who signs. */
  readonly signer?: TestComputer
  /** Changes the body after it was made. */
  readonly body?: (body: Record<string, unknown>) => unknown
  readonly continuity?: string
  readonly guard?: string
}

const proofOf = (authority: TestAuthority, computer: TestComputer, path: string, body: Uint8Array, change: RequestChange) =>
  proveRequest((change.signer ?? computer).signing, {
    v: 1,
    aud: change.aud ?? audience(authority.name, 'management'),
    method: 'POST',
    path: change.signedPath ?? path,
    nonce: change.nonce ?? FRESH,
    idem: change.idem ?? randomUUID(),
    at: timestampFromMicros(1_772_366_400_000_000),
    bodySha256: bodyDigest(body),
  })

/** Judges a proof as the server in front of the service does. */
export const arrived = (authority: TestAuthority, path: string, body: Uint8Array, jws: string): IncomingRequest => ({
  body,
  prove: (signing): E.Either<Refused, RequestProof> => {
    const proof = acceptProof(signing, jws)
    if (E.isLeft(proof)) return E.left(refused('ProofInvalid', proof.left.type))
    const { aud, path: signed, nonce, bodySha256 } = proof.right
    if (nonce !== FRESH) return E.left(refused('NonceRequired', 'another nonce'))
    const fits = aud === audience(authority.name, 'management') && signed === path && bodySha256 === bodyDigest(body)
    return fits ? proof : E.left(refused('ProofInvalid', 'about another request'))
  },
})

/** The request by which a computer opens a restore. */
export const openingRequest = (
  authority: TestAuthority,
  computer: TestComputer,
  manifest: string,
  change: RequestChange = {}
): IncomingRequest => {
  const { credential, scope, signing, epoch } = computer
  const aud = audience(authority.name, 'management')
  const proof = { v: 1, aud, nonce: FRESH, device: thumbprint(signing), epoch } as const
  const body: Record<string, unknown> = {
    v: 1,
    manifest,
    credential,
    scope: publicJwk(scope),
    scopeProof: proveScope(scope, proof),
    consent: {
      operation: 'operation',
      kind: 'restore',
      text: '1',
      textSha256: b64u(new Uint8Array(32)),
      answer: 'given',
      at: '2026-03-01T12:00:00Z',
    },
    ...(change.continuity !== undefined && { continuity: change.continuity }),
    ...(change.guard !== undefined && { guard: change.guard }),
  }
  const bytes = utf8(JSON.stringify(change.body?.(body) ?? body))
  return arrived(authority, RESTORE_PATH, bytes, proofOf(authority, computer, RESTORE_PATH, bytes, change))
}

/** A batch with the lines of one segment, or those of them that a test picks. */
export const batchBody = (
  { segments }: TestBackup,
  name: string,
  pick: (lines: ReadonlyArray<string>) => ReadonlyArray<string> = (lines) => lines
): Uint8Array => {
  const segment = segments.get(name)
  if (segment === undefined) throw new RangeError(name)
  const head = JSON.stringify({ v: 1, segment: name, leaves: b64u(segment.leaves) })
  return utf8([head, ...pick(segment.lines)].map((line) => `${line}\n`).join(''))
}

/** The request by which a computer restores a batch. */
export const batchRequest = (
  authority: TestAuthority,
  computer: TestComputer,
  session: string,
  body: Uint8Array,
  change: RequestChange = {}
): IncomingRequest => arrived(authority, batchPath(session), body, proofOf(authority, computer, batchPath(session), body, change))

/** The value of a task that must succeed. */
export const succeed = async <L, A>(task: TaskEither<L, A>): Promise<A> => {
  const result = await task()
  if (E.isLeft(result)) throw new Error(`expected success, found ${JSON.stringify(result.left)}`)
  return result.right
}

/** The reason of a refusal, or the fault's name. */
export const reasonOf = async <A>(task: TaskEither<ManagementFault, A>): Promise<string> => {
  const result = await task()
  if (E.isRight(result)) return 'accepted'
  return result.left.type === 'Refused' ? result.left.reason : result.left.type
}

/** A session of a computer on a backup. */
export const opened = (
  env: ManagementEnv,
  authority: TestAuthority,
  computer: TestComputer,
  { manifest }: TestBackup
): Promise<OpenRestoreReply> => succeed(openRestoreSession(env, openingRequest(authority, computer, manifest)))

/** One segment of a backup restored on a computer in a session of its own. */
export const restored = async (
  env: ManagementEnv,
  authority: TestAuthority,
  computer: TestComputer,
  backup: TestBackup,
  name = 'documents-1.ndjson'
): Promise<RestoredBatch> => {
  const { session } = await opened(env, authority, computer, backup)
  return succeed(restoreBatch(env, session, batchRequest(authority, computer, session, batchBody(backup, name))))
}
