import { IssuerId, SecurityVersion } from '@custody/core/identity'
import { PublicKeyJwk } from '@custody/core/certificate'
import { b64u, sha256, utf8 } from '@custody/core/encoding'
import { seal, unseal, type Secret, type SealHeader } from '@custody/core/secret'
import * as E from 'fp-ts/Either'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'
import * as t from 'io-ts'

import type { ManagementEnv } from './management-env'
import { refused, type ManagementFault } from './refused'

/** Keys of a session live for an hour; then the client opens another one. */
export const SESSION_MICROSECONDS = 3_600_000_000

const SegmentOfSession = t.type({ name: t.string, first: t.number, lines: t.number, leaves: t.string })
/** A segment with the number of its first line. */
export type SegmentOfSession = Readonly<t.TypeOf<typeof SegmentOfSession>>

/** Plain JSON. */
const Facts = t.type({
  session: t.string,
  mid: t.string,
  epoch: t.number,
  /** Microseconds since 1970. */
  expires: t.number,
  /** The key that signs this session's requests. */
  signing: PublicKeyJwk,
  securityVersion: SecurityVersion,
  source: t.string,
  set: t.string,
  manifest: t.string,
  segments: t.readonlyArray(SegmentOfSession),
  /** The issuers that are believed. */
  issuers: t.readonlyArray(t.type({ issuer: IssuerId, key: PublicKeyJwk })),
})
/** What any instance needs to serve a session's batches, but for its keys. */
export type SessionFacts = Readonly<t.TypeOf<typeof Facts>>

const KeptSession = t.type({
  facts: Facts,
  transport: t.string,
  vaultKeys: t.readonlyArray(t.type({ gen: t.number, jwe: t.string })),
})

/** A session as it is kept: its keys sealed. */
export type KeptSession = Readonly<t.TypeOf<typeof KeptSession>>

/** The keys of a session; to be wiped. */
export interface SessionKeys {
  /** 32 bytes that batches come back under. */
  readonly transport: Secret
  /** Vault keys of the set by generation. */
  readonly vaultKeys: ReadonlyMap<number, Secret>
}

/** Sealed with a digest of the facts, so that keys open for no others. */
const keyHeader = (facts: SessionFacts, gen: number): SealHeader => ({
  typ: 'custody-session-key+1',
  session: facts.session,
  facts: b64u(sha256(JSON.stringify(Facts.encode(facts)))),
  gen,
})

/** Stands for the transport key; generations count from 1. */
const TRANSPORT = 0

/** What lies in the space of sessions. The keys stay the caller's. */
export const sealSession = async (
  { authority: { stateKey } }: ManagementEnv,
  facts: SessionFacts,
  { transport, vaultKeys }: SessionKeys
): Promise<Uint8Array> => {
  const kept: KeptSession = {
    facts,
    transport: await seal(stateKey, keyHeader(facts, TRANSPORT), transport),
    vaultKeys: await Promise.all(
      [...vaultKeys].map(async ([gen, key]) => ({ gen, jwe: await seal(stateKey, keyHeader(facts, gen), key) }))
    ),
  }
  return utf8(JSON.stringify(KeptSession.encode(kept)))
}

const readKept = (bytes: Uint8Array | undefined): KeptSession | undefined => {
  if (bytes === undefined) return undefined
  const decoded = KeptSession.decode(JSON.parse(Buffer.from(bytes).toString('utf8')))
  return E.isRight(decoded) ? decoded.right : undefined
}

/**
 * A session that is under way.
 *
 * @errors `SessionExpired` for one that is over or was never opened; those of the store.
 */
export const keptSession = ({ store, clock }: ManagementEnv, session: string): TE.TaskEither<ManagementFault, KeptSession> =>
  pipe(
    store.state('session', session),
    TE.flatMapEither((bytes): E.Either<ManagementFault, KeptSession> => {
      const kept = readKept(bytes)
      return kept === undefined || kept.facts.session !== session || clock.now() > kept.facts.expires
        ? E.left(refused('SessionExpired', 'this session is over'))
        : E.right(kept)
    })
  )

const unsealed = (env: ManagementEnv, facts: SessionFacts, gen: number, jwe: string): TE.TaskEither<ManagementFault, Secret> =>
  unseal(env.authority.stateKey, keyHeader(facts, gen), jwe)

/** The transport key of a session; the caller wipes it. @errors `SealBroken` where what is kept was changed. */
export const transportKey = (env: ManagementEnv, { facts, transport }: KeptSession): TE.TaskEither<ManagementFault, Secret> =>
  unsealed(env, facts, TRANSPORT, transport)

/** The vault key of one generation, or nothing where the set has none; the caller wipes it. @errors `SealBroken`. */
export const vaultKeyOf = (
  env: ManagementEnv,
  { facts, vaultKeys }: KeptSession,
  generation: number
): TE.TaskEither<ManagementFault, Secret | undefined> => {
  const sealed = vaultKeys.find(({ gen }) => gen === generation)
  return sealed === undefined ? TE.right(undefined) : unsealed(env, facts, generation, sealed.jwe)
}
