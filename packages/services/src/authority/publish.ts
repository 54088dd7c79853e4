import { createPublicKey } from 'node:crypto'

import { acceptTrustDocument, type ServiceKeyUse, type TrustDocument } from '@custody/core/authority'
import { publicKeyOf } from '@custody/core/certificate'
import { newEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { retryConflict } from '@custody/core/home'
import { timestampMicros, Timestamp } from '@custody/core/license'
import { acceptRevocationList, REVOCATION_KINDS, type RevocationKind } from '@custody/core/revocation'
import { thumbprint } from '@custody/core/signed'
import type { EventStore, NewEvent } from '@custody/core/store'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import { PUBLISHED_STREAM, RevocationPublished, TrustPublished } from './authority-event'
import type { AuthorityKeys, OwnServiceKey } from './authority-keys'
import { DEFAULT_POLICY, type AuthorityPolicy } from './authority-policy'
import {
  issueRevocation,
  issueTrust,
  REVOCATION_LIFE,
  validFrom,
  type DatedKey,
  type IssueEnv,
  type RevocationEntries,
} from './issue-published'
import { readPublished, type Published, type PublishedRevocation, type PublishedTrust } from './published'

/** What publishing works with. */
export interface PublishEnv extends IssueEnv {
  readonly store: EventStore
  readonly keys: AuthorityKeys
}

/** What is to be published anew; what is not named stays as it is. */
export interface PublishDraft {
  readonly policy?: Partial<AuthorityPolicy> | undefined
  /** A key that comes before the others of its use. */
  readonly newKey?: OwnServiceKey
  /** Whole lists, by kind. */
  readonly entries?: RevocationEntries
}

/** Both parts of what an authority has published. */
export interface WholePublished {
  readonly trust: PublishedTrust
  readonly revocation: PublishedRevocation
}

/** The trust document of a published text, which this authority signed. @errors `AuthorityOther`, `TrustDocumentInvalid`. */
export const ownTrust = ({ root }: AuthorityKeys, document: string): E.Either<CoreFault, TrustDocument> =>
  acceptTrustDocument(createPublicKey(root), document)

/** What an operator decided, as far as it was published. */
export const policyOf = (
  { restoreLimit, securityVersion, urls }: TrustDocument,
  { individualizationsADay }: PublishedTrust
): AuthorityPolicy => ({ restoreLimit, securityVersion, urls, individualizationsADay })

/** The keys of the document of which the private half is here, and those that no document has named. */
const datedKeys = (env: PublishEnv, document: TrustDocument | undefined): ReadonlyArray<DatedKey> => {
  if (document === undefined) return [...env.keys.service.values()].map(({ use, key }) => ({ use, key, from: validFrom(env) }))
  return document.keys.flatMap(({ use, key: jwk, from, until }) => {
    const key = publicKeyOf(jwk)
    if (O.isNone(key)) return []
    return [{ use, key: env.keys.service.get(thumbprint(key.value))?.key ?? key.value, from, ...(until !== undefined && { until }) }]
  })
}

/** What is sealed to an old key is opened still; but nobody seals to it any more. */
const closed = (key: DatedKey, use: ServiceKeyUse, until: Timestamp): DatedKey =>
  key.use === use && use === 'management-sealing' && key.until === undefined ? { ...key, until } : key

const withNewKey = (env: PublishEnv, keys: ReadonlyArray<DatedKey>, added: OwnServiceKey | undefined): ReadonlyArray<DatedKey> => {
  if (added === undefined) return keys
  const { use, key } = added
  const since = keys.find((one) => one.use === use)?.from
  const now = validFrom(env)
  const from = since !== undefined && timestampMicros(since) > timestampMicros(now) ? since : now
  return [{ use, key, from }, ...keys.map((one) => closed(one, use, now))]
}

const trustEvents = (
  env: PublishEnv,
  { trust }: Published,
  { policy, newKey }: PublishDraft,
  revocation: string
): E.Either<CoreFault, { readonly trust: PublishedTrust; readonly events: ReadonlyArray<NewEvent> }> => {
  const document = trust === undefined ? E.right(undefined) : ownTrust(env.keys, trust.document)
  if (E.isLeft(document)) return document
  const before = trust && document.right && policyOf(document.right, trust)
  const wanted: AuthorityPolicy = { ...DEFAULT_POLICY, ...before, ...policy }
  const isSame = JSON.stringify(before) === JSON.stringify({ ...before, ...wanted })
  if (trust !== undefined && isSame && newKey === undefined && document.right?.revocation === revocation) {
    return E.right({ trust, events: [] })
  }
  const keys = withNewKey(env, datedKeys(env, document.right), newKey)
  const next = issueTrust(env, (trust?.version ?? 0) + 1, keys, wanted, revocation)
  return E.right({ trust: next, events: [newEvent(TrustPublished, next)] })
}

const HALF = 2

/** Whether revocation data is in the second half of its time. */
export const isDue = ({ clock }: Pick<IssueEnv, 'clock'>, { nextUpdate }: PublishedRevocation): boolean =>
  !Timestamp.is(nextUpdate) || clock.now() > timestampMicros(nextUpdate) - REVOCATION_LIFE / HALF

const allKinds = Object.keys(REVOCATION_KINDS) as ReadonlyArray<RevocationKind>

/** The entries of a list as they stand, for its renewal. */
const presentEntries = (env: PublishEnv, before: PublishedRevocation | undefined): RevocationEntries =>
  Object.fromEntries(
    allKinds.map((kind) => {
      const list = before?.lists.get(kind)
      if (list === undefined) return [kind, []]
      const root = createPublicKey(env.keys.root)
      const accepted = acceptRevocationList({ root, certificates: [], now: env.clock.now() }, list.document)
      return [kind, E.isRight(accepted) ? accepted.right.document.entries : []]
    })
  )

const revocationEvents = (env: PublishEnv, { revocation }: Published, { entries }: PublishDraft) => {
  const due = revocation === undefined || isDue(env, revocation)
  if (!due && entries === undefined) return { revocation, events: [] }
  const next = issueRevocation(env, revocation, due ? { ...presentEntries(env, revocation), ...entries } : (entries ?? {}))
  const { version, nextUpdate, information } = next
  const lists = [...next.lists.values()].filter((list) => revocation?.lists.get(list.kind) !== list)
  return { revocation: next, events: [newEvent(RevocationPublished, { version, nextUpdate, information, lists })] }
}

/**
 * Publishes what is new, in one append; nothing where all is as it was. The first documents of an authority are made so, and
 * revocation data in the second half of its time is renewed.
 *
 * @errors `AuthorityOther` for a log of another authority, those of the store.
 */
export const publish = (env: PublishEnv, draft: PublishDraft): TE.TaskEither<CoreFault, WholePublished> =>
  retryConflict(
    pipe(
      readPublished(env.store),
      TE.flatMap(({ state, revision }): TE.TaskEither<CoreFault, WholePublished> => {
        const { revocation, events } = revocationEvents(env, state, draft)
        const trusted = trustEvents(env, state, draft, revocation.version)
        if (E.isLeft(trusted)) return TE.left(trusted.left)
        const whole = { trust: trusted.right.trust, revocation }
        const all = [...events, ...trusted.right.events]
        if (all.length === 0) return TE.right(whole)
        return pipe(
          env.store.append({ appends: [{ stream: PUBLISHED_STREAM, expectedRevision: revision, events: all }] }),
          TE.mapLeft((fault): CoreFault => fault),
          TE.map(() => whole)
        )
      })
    )
  )
