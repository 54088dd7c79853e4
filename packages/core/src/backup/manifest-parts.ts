import * as E from 'fp-ts/Either'

import { homeAuthority } from '../authority/home-authority'
import { serviceKeys, type OpenServiceKey } from '../authority/service-key'
import { issueCertificate } from '../certificate/issue-certificate'
import { verifyChain } from '../certificate/verify-chain'
import type { OwnKey } from '../device/key-pair-file'
import { b64u } from '../encoding/b64u'
import { CoreError } from '../fault/core-error'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { IssuerId } from '../identity/issuer-id'
import { presentCredential, type PresentCredential } from '../individualization/present-credential'
import { Timestamp, timestampFromMicros, timestampMicros } from '../license/timestamp'
import { wipeSecret, type Secret } from '../secret/secret'
import { readIssuers, trustedIssuers } from '../vault/trusted-issuers'
import type { BackupManifest } from './backup-manifest'
import { GUARD_SALT_LENGTH, guardKey } from './guard'
import { sealVaultKey } from './sealed-vault-key'

/** Whose set it is, and who may open it. */
export interface BackupParties {
  readonly source: PresentCredential
  readonly signing: OwnKey
  readonly authority: IssuerId
  /** The newest key of the License Management Service that vault keys are sealed to. */
  readonly service: OpenServiceKey
}

/** Longer than any backup is kept; the service judges by the device's credential. */
const NO_END = '9999-12-31T23:59:59Z'

/**
 * The source and the service of a backup; opens no connection (BR-17).
 * Throws `CoreError` with `NotIndividualized`, `TrustDocumentInvalid` where the authority has no key to seal to.
 */
export const backupParties = async (home: Home): Promise<BackupParties> => {
  const source = await runTask(presentCredential(home))
  const { authority, trust } = await runTask(homeAuthority(home))
  const [service] = serviceKeys(trust, 'management-sealing', home.clock.now())
  if (service === undefined) throw new CoreError({ type: 'TrustDocumentInvalid', why: 'no key to seal backups to' })
  const signing = await runTask(home.keystore.signing(source.credential.epoch))
  return { source, signing, authority, service }
}

type Issuers = BackupManifest['issuers']

const until = (): Timestamp => {
  if (!Timestamp.is(NO_END)) throw new TypeError('the end of time is no timestamp')
  return NO_END
}

const isGoodAt = ({ authorityRoot }: Home, chain: ReadonlyArray<string>, at: number): boolean =>
  E.isRight(verifyChain(chain, { root: authorityRoot, use: 'issuer', now: at }))

/**
 * What each issuer is known by: its certificates, or one by this device for the home itself, for whom the user added, and for
 * issuers whose certificates have ended since they came in.
 */
const issuersOf = async (
  home: Home,
  { signing }: BackupParties,
  ids: ReadonlySet<IssuerId>,
  created: Timestamp
): Promise<Issuers> => {
  const trusted = await runTask(trustedIssuers(home))
  const { grounds } = (await runTask(readIssuers(home))).state
  // The service judges by the time of the manifest, so no certificate may begin a second after it.
  const from = created
  return [...ids].sort().flatMap((issuer) => {
    const known = trusted.get(issuer)
    if (known === undefined) return []
    const ground = grounds.get(issuer)
    if (ground?.type === 'certified' && isGoodAt(home, ground.chain, timestampMicros(created))) return [{ issuer, chain: ground.chain }]
    const draft = { serial: issuer, use: 'issuer', subject: issuer, level: 0, from, until: until(), systems: [] } as const
    return [{ issuer, chain: [issueCertificate(signing.key, { ...draft, key: known.key })] }]
  })
}

/** The vault keys of the set under the service's key, and the salt of the guard if there is one. */
const sealedKeys = async (
  home: Home,
  { source, service }: BackupParties,
  { set, generations, guard }: SetContents
): Promise<Pick<BackupManifest, 'keys' | 'guard'>> => {
  const { mid, epoch } = source.credential
  const salt = home.random.bytes(GUARD_SALT_LENGTH)
  const outer = guard === undefined ? undefined : await guardKey(guard, salt)
  const keys: Array<BackupManifest['keys'][number]> = []
  try {
    for (const gen of [...generations].sort((left, right) => left - right)) {
      const vault = await runTask(home.keystore.vault(epoch, gen))
      if (vault.class !== 'backup') throw new TypeError(`vault key ${gen} must never be sealed to a service`)
      keys.push({ gen, kid: service.kid, jwe: await sealVaultKey(service.key, { set, gen, mid }, vault.key, outer) })
    }
  } finally {
    if (outer !== undefined) wipeSecret(outer)
  }
  return { keys, ...(guard && { guard: b64u(salt) }) }
}

/** What a set holds beside its segments. */
export interface SetContents {
  readonly set: string
  /** Generations of the vault keys that its envelopes are under. */
  readonly generations: ReadonlySet<number>
  readonly issuers: ReadonlySet<IssuerId>
  /** A passphrase, which stays the caller's. */
  readonly guard: Secret | undefined
}

/** The parts of a manifest that do not come from the medium. */
export const manifestParts = async (
  home: Home,
  parties: BackupParties,
  contents: SetContents
): Promise<Omit<BackupManifest, 'v' | 'product' | 'segments' | 'licenses' | 'restricted'>> => {
  const { source, authority } = parties
  const { mid, epoch } = source.credential
  const { position, hash } = await runTask(home.store.head())
  const created = timestampFromMicros(home.clock.now())
  return {
    set: contents.set,
    created,
    authority,
    source: { mid, credential: source.jws, epoch },
    ...(await sealedKeys(home, parties, contents)),
    issuers: await issuersOf(home, parties, contents.issuers, created),
    log: { position, head: hash },
  }
}
