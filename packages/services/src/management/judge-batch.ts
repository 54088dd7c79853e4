import { publicKeyOf } from '@custody/core/certificate'
import { decodeB64u } from '@custody/core/encoding'
import { satisfiesVersion } from '@custody/core/identity'
import { acceptLicenses, keepsCommitment, type AcceptedLicense, type KeyBlock } from '@custody/core/license'
import { wipeSecret, type Secret } from '@custody/core/secret'
import { openEnvelope } from '@custody/core/vault'
import * as E from 'fp-ts/Either'
import * as O from 'fp-ts/Option'
import type { TaskEither } from 'fp-ts/TaskEither'

import type { JudgedLicense } from './decide-batch'
import type { ManagementEnv } from './management-env'
import type { Batch, Line } from './read-batch'
import type { ManagementFault } from './refused'
import { vaultKeyOf, type KeptSession } from './restore-session'

type VaultKeys = ReadonlyMap<number, Secret>

/** Wipes a key and its blind. */
export const wipeBlock = ({ key, blind }: KeyBlock): void => {
  wipeSecret(key)
  wipeSecret(blind)
}

/** Forgets the keys of a judged batch. */
export const wipeJudged = (licenses: ReadonlyArray<JudgedLicense>): void => {
  for (const license of licenses) {
    if (license.type === 'Countable' && license.content !== undefined) wipeBlock(license.content)
  }
}

/** A license's key, if its envelope opens and the document commits to it. */
const openedKey = (keys: VaultKeys, { gen, env }: Line, license: AcceptedLicense): KeyBlock | undefined => {
  const vault = keys.get(gen)
  const envelope = env === undefined ? O.none : decodeB64u(env)
  if (vault === undefined || O.isNone(envelope)) return undefined
  const { issuer, lid, keyId, docDigest, document } = license
  const owner = { type: 'license', issuer, lid, keyId, docDigest } as const
  const content = openEnvelope({ key: vault, generation: gen, class: 'backup' }, owner, envelope.value)
  if (E.isLeft(content)) return undefined
  if (keepsCommitment(document.commit, keyId, content.right.key, content.right.blind)) return content.right
  wipeBlock(content.right)
  return undefined
}

/** A leaf's key lies in its document, under that of its root, which the device holds. */
const needsNoEnvelope = ({ env }: Line, { document }: AcceptedLicense): boolean =>
  env === undefined && document.chain?.role === 'leaf'

const judgeAccepted = (
  env: ManagementEnv,
  { facts }: KeptSession,
  keys: VaultKeys,
  line: Line,
  license: AcceptedLicense
): JudgedLicense => {
  const { issuer, lid, docDigest, document } = license
  const { n } = line
  const refuse = (reason: string): JudgedLicense => ({ type: 'Refused', n, reason, license: { issuer, lid, docDigest } })
  if (lid !== line.lid || license.keyId !== line.keyId) return refuse('LicenseMalformed')
  if (!document.rights.some(({ action }) => action === 'Backup')) return refuse('BackupRightMissing')
  if (env.isRevoked(issuer)) return refuse('LicenseIssuerRevoked')
  const required = document.requires?.security
  if (required !== undefined && !satisfiesVersion(facts.securityVersion, required)) return refuse('StoreNeedsIndividualization')
  const content = openedKey(keys, line, license)
  return content !== undefined || needsNoEnvelope(line, license)
    ? { type: 'Countable', n, issuer, lid, docDigest, content }
    : refuse('KeyMismatch')
}

const openKeys = async (
  env: ManagementEnv,
  kept: KeptSession,
  { lines }: Batch
): Promise<E.Either<ManagementFault, VaultKeys>> => {
  const keys = new Map<number, Secret>()
  for (const gen of new Set(lines.map((line) => line.gen))) {
    const key = await vaultKeyOf(env, kept, gen)()
    if (E.isLeft(key)) {
      keys.forEach(wipeSecret)
      return key
    }
    if (key.right !== undefined) keys.set(gen, key.right)
  }
  return E.right(keys)
}

/**
 * Judges each license of a batch by all but its count, none because of another (BR-32): document, Backup right, issuer,
 * security version, envelope and commitment. The keys are the caller's to wipe, see {@link wipeJudged}.
 *
 * @errors those of the session's keys.
 * @source docs/reference/protocols.md, section 4.3
 */
export const judgeBatch =
  (env: ManagementEnv, kept: KeptSession, batch: Batch): TaskEither<ManagementFault, ReadonlyArray<JudgedLicense>> =>
  async () => {
    const keys = await openKeys(env, kept, batch)
    if (E.isLeft(keys)) return keys
    try {
      const issuers = new Map(kept.facts.issuers.map(({ issuer, key }) => [issuer as string, publicKeyOf(key)]))
      const issuerKey = (issuer: string) => {
        const key = issuers.get(issuer) ?? O.none
        return O.isSome(key) ? key.value : undefined
      }
      const documents = batch.lines.map(({ doc }) => doc)
      const accepted = acceptLicenses({ issuerKey, now: env.clock.now() }, documents)
      return E.right(
        batch.lines.map((line, index): JudgedLicense => {
          const license = accepted[index]
          if (license === undefined) throw new RangeError('each document has an answer')
          return E.isLeft(license)
            ? { type: 'Refused', n: line.n, reason: license.left.type }
            : judgeAccepted(env, kept, keys.right, line, license.right)
        })
      )
    } finally {
      keys.right.forEach(wipeSecret)
    }
  }
