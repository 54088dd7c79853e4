import { publicKeyOf } from '@custody/core/certificate'
import { bodyDigest, type RequestProof } from '@custody/core/exchange'
import { sealBatchKeys } from '@custody/core/restore'
import { nonceSource, wipeSecret } from '@custody/core/secret'
import { thumbprint } from '@custody/core/signed'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type { TaskEither } from 'fp-ts/TaskEither'

import { countBatch } from './count-batch'
import type { JudgedLicense } from './decide-batch'
import { judgeBatch, wipeJudged } from './judge-batch'
import type { IncomingRequest, ManagementEnv } from './management-env'
import type { DecidedBatch, DecidedLicense } from './management-event'
import { readBatch } from './read-batch'
import { computerRevoked, refused, type ManagementFault, type Refused } from './refused'
import { keptSession, transportKey, type KeptSession } from './restore-session'

/** What goes back for a batch, as `BatchReply` has it. */
export interface RestoredBatch {
  readonly mid: string
  readonly epoch: number
  readonly results: ReadonlyArray<Omit<DecidedLicense, 'added'>>
  readonly keys: string
}

type Answer = E.Either<ManagementFault, RestoredBatch>

/** The computer of the session, which may have been revoked since that was opened. */
const proved = (env: ManagementEnv, { facts }: KeptSession, request: IncomingRequest): E.Either<Refused, RequestProof> => {
  const signing = publicKeyOf(facts.signing)
  if (O.isNone(signing)) return E.left(refused('ProofInvalid', 'the session has no key'))
  const proof = request.prove(signing.value)
  return E.isRight(proof) && env.isRevoked(thumbprint(signing.value)) ? E.left(computerRevoked) : proof
}

/** The accepted licenses with their keys, in order; nothing where one has no key now that had one when it was decided. */
const acceptedOf = (
  { results }: DecidedBatch,
  licenses: ReadonlyArray<JudgedLicense>
): ReadonlyArray<JudgedLicense & { readonly type: 'Countable' }> | undefined => {
  const found = results.flatMap(({ verdict }, index) => {
    const license = licenses[index]
    return verdict === 'accepted' ? [license?.type === 'Countable' ? license : undefined] : []
  })
  const accepted = found.flatMap((license) => license ?? [])
  return accepted.length === found.length ? accepted : undefined
}

const withoutAdded = ({ added: _, ...result }: DecidedLicense): Omit<DecidedLicense, 'added'> => result

const sealed = async (
  env: ManagementEnv,
  kept: KeptSession,
  decided: DecidedBatch,
  licenses: ReadonlyArray<JudgedLicense>
): Promise<Answer> => {
  const accepted = acceptedOf(decided, licenses)
  if (accepted === undefined) return E.left(refused('SessionExpired', 'what was accepted is so no longer'))
  const transport = await transportKey(env, kept)()
  if (E.isLeft(transport)) return transport
  try {
    const { session, mid, epoch } = kept.facts
    const owner = { session, mid, epoch, idem: decided.idem, docDigests: accepted.map(({ docDigest }) => docDigest) }
    const blocks = accepted.flatMap(({ content }) => content ?? [])
    const keys = sealBatchKeys(transport.right, nonceSource(env.random), owner, blocks)
    return E.right({ mid, epoch, results: decided.results.map(withoutAdded), keys })
  } finally {
    wipeSecret(transport.right)
  }
}

const decidedAndSealed = async (
  env: ManagementEnv,
  kept: KeptSession,
  proof: RequestProof,
  { body }: IncomingRequest
): Promise<Answer> => {
  const batch = readBatch(kept.facts, body)
  if (E.isLeft(batch)) return batch
  const licenses = await judgeBatch(env, kept, batch.right)()
  if (E.isLeft(licenses)) return licenses
  try {
    const { session, set, source, mid, epoch } = kept.facts
    const asked = { session, segment: batch.right.segment, body: bodyDigest(body) }
    const facts = { ...asked, set, source, mid, epoch, idem: proof.idem, licenses: licenses.right }
    const decided = await countBatch(env, facts)()
    if (E.isLeft(decided)) return decided
    // The session may be another one: a client that lost an answer may come back when the first one is over.
    const { body: before, set: ofSet, source: from } = decided.right
    const isSame = before === asked.body && ofSet === set && from === source
    if (!isSame) return E.left(refused('IdempotencyConflict', 'this key was used for another request'))
    return await sealed(env, kept, decided.right, licenses.right)
  } finally {
    wipeJudged(licenses.right)
  }
}

/**
 * Restores a batch of a session: judges and counts each of its licenses, and seals the keys of those that are accepted for the
 * session's computer. A request that comes again gets the same verdicts, its keys sealed anew.
 *
 * @param session id from the request's path.
 * @errors `SessionExpired`, `NonceRequired`, `ProofInvalid`, `CertificateRevoked`, `BadInput`, `BackupDamaged`,
 * `IdempotencyConflict`; those of the store.
 * @source docs/reference/protocols.md, sections 4.1 and 4.3
 */
export const restoreBatch =
  (env: ManagementEnv, session: string, request: IncomingRequest): TaskEither<ManagementFault, RestoredBatch> =>
  async () => {
    const kept = await keptSession(env, session)()
    if (E.isLeft(kept)) return kept
    const proof = proved(env, kept.right, request)
    return E.isLeft(proof) ? proof : decidedAndSealed(env, kept.right, proof.right, request)
  }
