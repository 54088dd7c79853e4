import type { KeyObject } from 'node:crypto'

import { issueTrustDocument, type ServiceKeyUse, type TrustDocument } from '@custody/core/authority'
import { issueCertificate, publicJwk, type CertificateUse } from '@custody/core/certificate'
import type { Clock } from '@custody/core/clock'
import { b64u } from '@custody/core/encoding'
import { uuidV7 } from '@custody/core/event'
import { timestampFromMicros, type Timestamp } from '@custody/core/license'
import type { Random } from '@custody/core/random'
import { issueRevocationInformation, issueRevocationList, type RevocationKind } from '@custody/core/revocation'
import { docDigest } from '@custody/core/signed'

import type { PublishedList } from './authority-event'
import type { AuthorityPolicy } from './authority-policy'
import { SERVICE_KEY_USES } from './authority-place'
import type { PublishedRevocation, PublishedTrust } from './published'

/** What documents are made with. */
export interface IssueEnv {
  readonly rootKey: KeyObject
  readonly clock: Clock
  readonly random: Random
}

/** A key as a trust document has it, with its private half. */
export interface DatedKey {
  readonly use: ServiceKeyUse
  readonly key: KeyObject
  readonly from: Timestamp
  readonly until?: Timestamp
}

const DAY = 24 * 3600 * 1_000_000
const YEARS = 10 * 365 * DAY
/** How long revocation data goes without a successor: 90 days, in microseconds. */
export const REVOCATION_LIFE = 90 * DAY
/** Protection of keys that lie in files. */
const LEVEL = 150
const MOST_KEYS = 32

/** A day back, so that a computer whose clock is a little behind believes what is new. */
export const validFrom = ({ clock }: Pick<IssueEnv, 'clock'>): Timestamp => timestampFromMicros(clock.now() - DAY)

const certify = (env: IssueEnv, use: CertificateUse, subject: string, key: KeyObject): string =>
  issueCertificate(env.rootKey, {
    serial: uuidV7(env.clock, env.random),
    use,
    subject,
    key,
    level: LEVEL,
    from: validFrom(env),
    until: timestampFromMicros(env.clock.now() + YEARS),
    systems: [],
  })

const firstOf = (keys: ReadonlyArray<DatedKey>, use: ServiceKeyUse): KeyObject => {
  const found = keys.find((key) => key.use === use)
  if (found === undefined) throw new RangeError(`an authority has a key for ${use}`)
  return found.key
}

/** The newest key of each use, then as many others as a trust document holds. */
const namedKeys = (keys: ReadonlyArray<DatedKey>): TrustDocument['keys'] => {
  const newest = SERVICE_KEY_USES.flatMap((use) => keys.filter((key) => key.use === use).slice(0, 1))
  return [...newest, ...keys.filter((key) => !newest.includes(key))]
    .slice(0, MOST_KEYS)
    .map(({ use, key, from, until }) => ({ use, key: publicJwk(key), from, ...(until !== undefined && { until }) }))
}

/** Signs a trust document and the certificates that go with it. @param keys of one use the newest first. */
export const issueTrust = (
  env: IssueEnv,
  version: number,
  keys: ReadonlyArray<DatedKey>,
  { restoreLimit, securityVersion, urls, individualizationsADay }: AuthorityPolicy,
  revocation: string
): PublishedTrust => ({
  version,
  document: issueTrustDocument(env.rootKey, {
    version,
    issued: timestampFromMicros(env.clock.now()),
    keys: namedKeys(keys),
    certificate: certify(env, 'service', 'License Management Service', firstOf(keys, 'management-signing')),
    urls,
    restoreLimit,
    securityVersion,
    revocation,
  }),
  issuer: certify(env, 'issuer', 'license server', firstOf(keys, 'license-signing')),
  individualizationsADay,
})

/** What the lists are to hold: thumbprints and issuer ids. */
export type RevocationEntries = Partial<Readonly<Record<RevocationKind, ReadonlyArray<string>>>>

/** Signs lists with the next version and information that names all lists. @param entries of the lists to be renewed. */
export const issueRevocation = (
  { rootKey, clock }: IssueEnv,
  before: PublishedRevocation | undefined,
  entries: RevocationEntries
): PublishedRevocation => {
  const issued = timestampFromMicros(clock.now())
  const nextUpdate = timestampFromMicros(clock.now() + REVOCATION_LIFE)
  const lists = new Map<RevocationKind, PublishedList>(before?.lists)
  for (const [kind, names] of Object.entries(entries) as ReadonlyArray<[RevocationKind, ReadonlyArray<string>]>) {
    const known = before?.lists.get(kind)
    const version = String(BigInt(known?.version ?? 0) + 1n)
    const prev = known === undefined ? {} : { prev: known.digest }
    const document = issueRevocationList(rootKey, { kind, version, issued, nextUpdate, entries: names, ...prev })
    lists.set(kind, { kind, version, digest: b64u(docDigest(document)), document })
  }
  const version = String(BigInt(before?.version ?? 0) + 1n)
  const information = issueRevocationInformation(rootKey, {
    version,
    issued,
    nextUpdate,
    lists: [...lists.values()].map(({ kind, version: listed, digest }) => ({ kind, version: listed, digest })),
  })
  return { version, nextUpdate, information, lists }
}
