import { createPublicKey, randomUUID, type KeyObject } from 'node:crypto'

import { leafOf, MANIFEST_TYP, sealVaultKey, type BackupManifest } from '@custody/core/backup'
import type { Clock } from '@custody/core/clock'
import { b64u, sha256, utf8 } from '@custody/core/encoding'
import { KeyId, LicenseId } from '@custody/core/identity'
import {
  commitTo,
  issueLicense,
  timestampFromMicros,
  type AcceptedLicense,
  type ChainDraft,
  type Conditions,
  type KeyBlock,
} from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { secretFromBytes, type Secret } from '@custody/core/secret'
import { signDocument, thumbprint } from '@custody/core/signed'
import { sealEnvelope } from '@custody/core/vault'
import * as E from 'fp-ts/Either'

import { nameOf, type TestAuthority, type TestComputer } from './test-authority'

/** A license with the key that it is for. */
export interface TestLicense {
  readonly license: AcceptedLicense
  readonly content: KeyBlock
}

/** A set as it lies on a medium. */
export interface TestBackup {
  readonly set: string
  readonly manifest: string
  /** By name of the segment: lines without their line feeds, and the slice of leaves. */
  readonly segments: ReadonlyMap<string, { readonly lines: ReadonlyArray<string>; readonly leaves: Uint8Array }>
}

/** What a test wants different of a backup. */
export interface BackupOptions {
  readonly authority: TestAuthority
  readonly source: TestComputer
  readonly clock: Clock
  readonly licenses: ReadonlyArray<TestLicense>
  readonly issuers: BackupManifest['issuers']
  readonly perSegment?: number
  /** File of a segment by its number, from 1. */
  readonly nameOf?: (segment: number) => string
  readonly guard?: Secret
  /** Changes a line before it is written. */
  readonly line?: (line: Readonly<Record<string, unknown>>) => unknown
  /** Changes the manifest before it is signed. */
  readonly change?: (manifest: Record<string, unknown>) => unknown
  readonly sealedTo?: KeyObject
}

const GENERATION = 1
const SALT = b64u(new Uint8Array(16).fill(1))

/** Grants what a license needs for a backup. */
export const BACKED_UP: Conditions = { rights: [{ action: 'Play', windows: [{ count: 5 }] }, { action: 'Backup' }] }

/** A root as a leaf's draft needs it, and as nobody here looks at. */
const rootFor = (issuer: KeyObject, clock: Clock): AcceptedLicense => testLicense(issuer, clock, BACKED_UP, randomUUID(), 'root').license

const chainOf = (issuer: KeyObject, clock: Clock, role: 'root' | 'leaf'): ChainDraft => {
  if (role === 'root') return { role }
  const root = rootFor(issuer, clock)
  return { role, uplink: root.keyId, root, key: 'AAAA' }
}

/** A license of an issuer, its key random. */
export const testLicense = (
  issuer: KeyObject,
  clock: Clock,
  conditions: Conditions = BACKED_UP,
  lid: string = randomUUID(),
  role?: 'root' | 'leaf'
): TestLicense => {
  const content = { key: secretFromBytes(systemRandom.bytes(16)), blind: secretFromBytes(systemRandom.bytes(16)) }
  const keyId = Buffer.from(systemRandom.bytes(16)).toString('hex')
  if (!KeyId.is(keyId) || !LicenseId.is(lid)) throw new TypeError('names')
  const chain = role && { chain: chainOf(issuer, clock, role) }
  const draft = { lid, keyId, commit: commitTo(keyId, content.key, content.blind), now: clock.now(), conditions, ...chain }
  const license = issueLicense({ id: nameOf(issuer), key: issuer }, draft)
  if (E.isLeft(license)) throw new Error(JSON.stringify(license.left))
  return { license: license.right, content }
}

const lineOf = ({ license, content }: TestLicense, n: number, vault: Secret): Readonly<Record<string, unknown>> => {
  const { issuer, lid, keyId, docDigest, jws } = license
  const owner = { type: 'license', issuer, lid, keyId, docDigest } as const
  const env = sealEnvelope({ key: vault, generation: GENERATION, class: 'backup' }, owner, content)
  return { n, lid, keyId, gen: GENERATION, doc: jws, env: b64u(env) }
}

const segmentOf = (name: string, first: number, lines: ReadonlyArray<string>) => {
  const leaves = Buffer.concat(lines.map((line, index) => leafOf(first + index, line)))
  const bytes = utf8(lines.map((line) => `${line}\n`).join(''))
  const entry = { name, bytes: bytes.length, lines: lines.length, sha256: b64u(sha256(bytes)), leaves: b64u(sha256(leaves)) }
  return { entry, lines, leaves: new Uint8Array(leaves) }
}

const fileName = (segment: number): string => `documents-${segment}.ndjson`

/** Makes a set the way a computer does, with a fresh vault key. */
export const testBackup = async (options: BackupOptions): Promise<TestBackup> => {
  const { authority, source, clock, licenses, issuers, perSegment = 512, guard, line = (same) => same, nameOf: fileOf = fileName } = options
  const vault = secretFromBytes(systemRandom.bytes(32))
  const set = randomUUID()
  const lines = licenses.map((license, index) => JSON.stringify(line(lineOf(license, index + 1, vault))))
  const count = Math.ceil(lines.length / perSegment)
  const segments = Array.from({ length: count }, (_, index) =>
    segmentOf(fileOf(index + 1), index * perSegment + 1, lines.slice(index * perSegment, (index + 1) * perSegment))
  )
  const service = options.sealedTo ?? authority.keys['management-sealing']
  const jwe = await sealVaultKey(createPublicKey(service), { set, gen: GENERATION, mid: source.mid }, vault, guard)
  const manifest = {
    v: 1,
    set,
    created: timestampFromMicros(clock.now()),
    product: 'test',
    authority: authority.name,
    source: { mid: source.mid, credential: source.credential, epoch: source.epoch },
    keys: [{ gen: GENERATION, kid: thumbprint(service), jwe }],
    segments: segments.map(({ entry }) => entry),
    issuers,
    licenses: lines.length,
    restricted: 0,
    log: { position: 1, head: 'h' },
    ...(guard && { guard: SALT }),
  }
  const changed: unknown = options.change?.(manifest) ?? manifest
  return {
    set,
    manifest: signDocument(source.signing, { typ: MANIFEST_TYP, kid: thumbprint(source.signing) }, changed),
    segments: new Map(segments.map(({ entry, ...rest }) => [entry.name, rest])),
  }
}
