import type { KeyObject } from 'node:crypto'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { publicJwk } from '../../certificate/public-key-jwk'
import { systemClock } from '../../clock/system-clock'
import { b64u } from '../../encoding/b64u'
import { uuidV7 } from '../../event/uuid-v7'
import type { SecurityVersion } from '../../identity/security-version'
import type { IssuerId } from '../../identity/issuer-id'
import { issueCredential } from '../../individualization/issued-credential'
import { machineId } from '../../individualization/machine-identity'
import { timestampFromMicros } from '../../license/timestamp'
import { systemRandom } from '../../random/system-random'
import { thumbprint } from '../../signed/thumbprint'
import { testIssuer, type TestLicense } from '../../vault/testing/test-issuer'
import { fileMedium } from '../backup-medium'
import { beginSet } from '../set-writer'
import { signManifest } from '../sign-manifest'

const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const now = () => timestampFromMicros(systemClock.now())

/** A device that a service gave a credential, without a home. */
export interface TestDevice {
  readonly signing: KeyObject
  readonly credential: string
  readonly mid: string
  readonly authority: IssuerId
  /** Private key of the Individualization Service. */
  readonly service: KeyObject
}

/** A device of an authority of its own. */
export const testDevice = (service = newKey(), authority = thumbprint(newKey()) as IssuerId): TestDevice => {
  const signing = newKey()
  const mid = machineId(newKey())
  const credential = issueCredential(service, thumbprint(service), {
    authority,
    mid,
    epoch: 1,
    securityVersion: '2.2.0.1' as SecurityVersion,
    level: 1,
    signing: publicJwk(signing),
    agreement: publicJwk(newKey()),
    from: now(),
    until: '2099-01-01T00:00:00Z' as ReturnType<typeof now>,
  })
  return { signing, credential, mid, authority, service: createPublicKey(service) }
}

/** A set on the disk, made from licenses without a home. */
export interface WrittenSet {
  readonly set: string
  readonly licenses: ReadonlyArray<TestLicense>
}

const GENERATION = 1
const ENVELOPE_LENGTH = 69

/** Writes licenses as the current set of a folder. @param perSegment most lines of a segment. */
export const writeTestSet = async (
  directory: string,
  device: TestDevice,
  { count = 5, perSegment = 3, set = uuidV7(systemClock, systemRandom) } = {}
): Promise<WrittenSet> => {
  const issuer = testIssuer()
  const licenses = Array.from({ length: count }, () => issuer.license({ members: { rights: [{ action: 'Backup' }] } }))
  const writer = await beginSet(fileMedium, directory, set)
  for (const [index, { lid, keyId, document }] of licenses.entries()) {
    if (index > 0 && index % perSegment === 0) await writer.endSegment().durable
    writer.add({ lid, keyId, gen: GENERATION, doc: document, env: b64u(systemRandom.bytes(ENVELOPE_LENGTH)) })
  }
  if (count > 0) await writer.endSegment().durable
  const { credential, mid, authority } = device
  const manifest = signManifest(device.signing, {
    set,
    created: now(),
    product: 'test',
    authority,
    source: { mid, credential, epoch: 1 },
    keys: [{ gen: GENERATION, kid: thumbprint(newKey()), jwe: b64u(systemRandom.bytes(300)) }],
    segments: writer.segments(),
    issuers: [],
    licenses: count,
    restricted: 0,
    log: { position: 1, head: '00' },
  })
  await writer.publish(manifest)
  await writer.point(manifest)
  return { set, licenses }
}

/** A fresh folder, and what removes it. */
export const temporaryFolder = (): { readonly folder: string; readonly remove: () => void } => {
  const folder = fs.mkdtempSync(join(tmpdir(), 'custody-backup-'))
  return { folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) }
}
