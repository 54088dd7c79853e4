import { publicJwk } from '@custody/core/certificate'
import { b64u, sha256, tuple } from '@custody/core/encoding'
import { newEvent, uuidV7, type RecordedEvent } from '@custody/core/event'
import { foldStream, type StreamFold } from '@custody/core/home'
import { timestampFromMicros, timestampMicros } from '@custody/core/license'
import { BATCH_LIMIT, transportHeader, type OpenRestoreReply } from '@custody/core/restore'
import { sealTo, secretFromBytes, wipeSecret, type Secret } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { believedIssuers, type BelievedIssuer } from './certify-issuers'
import { checkManifest, type CheckedManifest } from './check-manifest'
import { checkOpening, type ProvedOpening } from './check-opening'
import { endExpiredSessions } from './end-sessions'
import { limitAttempts } from './limit-attempts'
import type { IncomingRequest, ManagementEnv } from './management-env'
import { openingStream, RestoreSessionOpened } from './management-event'
import { openVaultKeys, type VaultKeys } from './open-vault-keys'
import { refused, type ManagementFault } from './refused'
import { keptSession, sealSession, SESSION_MICROSECONDS, transportKey, type SessionFacts } from './restore-session'

type Answer = E.Either<ManagementFault, OpenRestoreReply>

const TRANSPORT_BYTES = 32
const MOST_CONFLICTS = 100

/** What a repeat has to have in common with the first request: all but what proves that it is made now. */
const askedDigest = ({ body: { manifest, credential, consent } }: ProvedOpening): string =>
  b64u(sha256(tuple('custody/opening/1', manifest, credential, consent.operation)))

const segmentsOf = ({ manifest }: CheckedManifest): SessionFacts['segments'] => {
  let first = 1
  return manifest.segments.map(({ name, lines, leaves }) => {
    const segment = { name, first, lines, leaves }
    first += lines
    return segment
  })
}

const factsOf = (
  { clock, random }: ManagementEnv,
  { credential, signing }: ProvedOpening,
  checked: CheckedManifest,
  issuers: ReadonlyArray<BelievedIssuer>
): SessionFacts => ({
  session: uuidV7(clock, random),
  mid: credential.mid,
  epoch: credential.epoch,
  // No key leaves under a credential that is over (R8).
  expires: Math.min(clock.now() + SESSION_MICROSECONDS, timestampMicros(credential.until)),
  signing: publicJwk(signing),
  securityVersion: credential.securityVersion,
  source: checked.manifest.source.mid,
  set: checked.manifest.set,
  manifest: checked.digest,
  segments: segmentsOf(checked),
  issuers: issuers.map(({ issuer, key }) => ({ issuer, key: publicJwk(key) })),
})

const replyOf = async (
  { agreement }: ProvedOpening,
  { session, mid, epoch, expires }: SessionFacts,
  issuers: ReadonlyArray<BelievedIssuer>,
  { transport, continuity }: { readonly transport: Secret; readonly continuity: string }
): Promise<OpenRestoreReply> => ({
  session,
  batchLimit: BATCH_LIMIT,
  transport: await sealTo(agreement, transportHeader(session, mid, epoch), transport),
  expires: timestampFromMicros(expires),
  continuity,
  issuers: issuers.map(({ issuer, chain }) => ({ issuer, chain })),
})

const OPENING_EVENTS = [RestoreSessionOpened] as const
type Opened = RecordedEvent<typeof RestoreSessionOpened>['data']

const FIRST_ANSWER: StreamFold<typeof RestoreSessionOpened, Opened | undefined> = {
  definitions: OPENING_EVENTS,
  initial: undefined,
  evolve: (_, { data }) => data,
}

/** The answer to a request that was answered before, its keys sealed anew; nothing for a new one. */
const repeated = (env: ManagementEnv, opening: ProvedOpening): TE.TaskEither<ManagementFault, OpenRestoreReply | undefined> => {
  const { credential, proof, body } = opening
  return async () => {
    const before = await foldStream(env.store, openingStream(credential.mid, proof.idem), FIRST_ANSWER)()
    if (E.isLeft(before)) return before
    const { state } = before.right
    if (state === undefined) return E.right(undefined)
    if (state.asked !== askedDigest(opening)) return E.left(refused('IdempotencyConflict', 'this key was used for another request'))
    const checked = checkManifest(env, body.manifest)
    if (E.isLeft(checked)) return checked
    const kept = await keptSession(env, state.session)()
    if (E.isLeft(kept)) return kept
    const continuity = await env.continuity.again(credential.mid, body.continuity, state.continuity)()
    if (E.isLeft(continuity)) return continuity
    const transport = await transportKey(env, kept.right)()
    if (E.isLeft(transport)) return transport
    try {
      const keys = { transport: transport.right, continuity: continuity.right }
      return E.right(await replyOf(opening, kept.right.facts, believedIssuers(env, checked.right), keys))
    } finally {
      wipeSecret(transport.right)
    }
  }
}

const openedEvent = (opening: ProvedOpening, facts: SessionFacts, checked: CheckedManifest, continuity: string) => {
  const { operation, text, textSha256, at } = opening.body.consent
  const { session, mid, epoch, source, set, manifest, expires } = facts
  return newEvent(RestoreSessionOpened, {
    ...{ session, mid, epoch, source, set, manifest, expires, continuity },
    licenses: checked.manifest.licenses,
    idem: opening.proof.idem,
    asked: askedDigest(opening),
    consent: { operation, text, textSha256, at },
  })
}

const openWith = async (
  env: ManagementEnv,
  opening: ProvedOpening,
  checked: CheckedManifest,
  vaultKeys: VaultKeys,
  revision: number
): Promise<Answer> => {
  const transport = secretFromBytes(env.random.bytes(TRANSPORT_BYTES))
  try {
    const issuers = believedIssuers(env, checked)
    const facts = factsOf(env, opening, checked, issuers)
    const { mid, session } = facts
    const { token, append } = env.continuity.next(mid, opening.proof.idem, revision, opening.body.continuity ?? null)
    const value = await sealSession(env, facts, { transport, vaultKeys })
    const stream = openingStream(mid, opening.proof.idem)
    const stored = await env.store.append({
      appends: [{ stream, expectedRevision: 0, events: [openedEvent(opening, facts, checked, token)] }, append],
      state: [{ space: 'session', key: session, value }],
      correlation: session,
    })()
    return E.isLeft(stored) ? stored : E.right(await replyOf(opening, facts, issuers, { transport, continuity: token }))
  } finally {
    wipeSecret(transport)
  }
}

/** From the continuity on, in the order of the protocol. */
const openOnce = async (env: ManagementEnv, opening: ProvedOpening): Promise<Answer> => {
  const { body, credential, proof } = opening
  const { mid } = credential
  const before = await repeated(env, opening)()
  if (E.isLeft(before)) return before
  if (before.right !== undefined) return E.right(before.right)
  const continuity = await env.continuity.check(mid, body.continuity, proof.idem, body.unanswered)()
  if (E.isLeft(continuity)) return continuity
  if (continuity.right.type === 'DeviceCloned') return E.left(refused('DeviceCloned', 'another copy of this computer went on'))
  if (body.consent.kind !== 'restore') return E.left(refused('ConsentMissing', 'nobody consented to a restore'))
  const limited = await limitAttempts(env, mid, proof.idem)()
  if (E.isLeft(limited)) return limited
  const checked = checkManifest(env, body.manifest)
  if (E.isLeft(checked)) return checked
  const { manifest } = checked.right
  const keys = await openVaultKeys(env, { manifest, mid, idem: proof.idem, guard: body.guard })()
  if (E.isLeft(keys)) return keys
  try {
    return await openWith(env, opening, checked.right, keys.right, continuity.right.revision)
  } finally {
    for (const key of keys.right.values()) wipeSecret(key)
  }
}

const isConflict = (answer: Answer): boolean => E.isLeft(answer) && answer.left.type === 'RevisionConflict'

/**
 * Opens a restore: judges who asks and what backup it is, and keeps its keys, sealed, for as long as the session lasts. A
 * request that comes again gets the same session.
 *
 * @errors in the order of the protocol: `BadInput`, `NonceRequired`, `ProofInvalid`, `CertificateInvalid`, `CertificateRevoked`,
 * `IdempotencyConflict`, `DeviceCloned`, `ConsentMissing`, `RateLimited`, `BackupDamaged`, `ForeignBackup`, `GuardWrong`,
 * `SealBroken`; those of the store.
 * @source docs/reference/protocols.md, section 4.2
 */
export const openRestoreSession = (
  env: ManagementEnv,
  request: IncomingRequest
): TE.TaskEither<ManagementFault, OpenRestoreReply> =>
  pipe(
    TE.fromEither(checkOpening(env, request)),
    TE.mapLeft((fault): ManagementFault => fault),
    TE.tap(() => endExpiredSessions(env)),
    TE.flatMap((opening) => async () => {
      for (let conflicts = 1; ; conflicts++) {
        const answer = await openOnce(env, opening)
        if (!isConflict(answer) || conflicts >= MOST_CONFLICTS) return answer
      }
    })
  )
