import { generateKeyPairSync, type KeyObject } from 'node:crypto'

import { publicJwk, type PublicKeyJwk } from '../../certificate/public-key-jwk'
import { b64u } from '../../encoding/b64u'
import { uuidV7 } from '../../event/uuid-v7'
import type { IssuerId } from '../../identity/issuer-id'
import { keyIdBytes, type KeyId } from '../../identity/key-id'
import type { LicenseId } from '../../identity/license-id'
import { systemClock } from '../../clock/system-clock'
import { wrapLeafKey } from '../../license/chain-key'
import { commitTo } from '../../license/commitment'
import { BLOCK_KIND, packKeyBlock, type KeyBlock } from '../../license/key-block'
import { LICENSE_TYP } from '../../license/license-document'
import { systemRandom } from '../../random/system-random'
import { secretFromBytes } from '../../secret/secret'
import { signDocument } from '../../signed/sign-document'
import { thumbprint } from '../../signed/thumbprint'

/** A license that an issuer of a test's own signed. */
export interface TestLicense {
  readonly lid: LicenseId
  readonly keyId: KeyId
  /** The compact JWS. */
  readonly document: string
  readonly content: KeyBlock
}

/** What a test wants different from a permanent license with unlimited play for a fresh key ID. */
export interface TestLicenseMembers {
  readonly keyId?: KeyId
  readonly lid?: LicenseId
  /** Members of the document, over the others. */
  readonly members?: object
  /** Root of a chain that the license is a leaf of. */
  readonly root?: TestLicense
  /** Bytes of the content key; random when left out. */
  readonly key?: Uint8Array
}

/** Somebody who signs licenses, and is a stranger to every home. */
export interface TestIssuer {
  readonly id: IssuerId
  readonly key: KeyObject
  readonly jwk: PublicKeyJwk
  readonly license: (members?: TestLicenseMembers) => TestLicense
}

const KEY_LENGTH = 16

const asKeyId = (bytes: Uint8Array): KeyId => Buffer.from(bytes).toString('hex') as KeyId

/** Permanent, play without limit. */
const base = (id: IssuerId, lid: LicenseId, keyId: KeyId, commit: string): object => ({
  v: 1,
  lid,
  issuer: id,
  keyId: b64u(keyIdBytes(keyId)),
  issued: '2026-01-01T00:00:00Z',
  commit,
  persist: 'permanent',
  rights: [{ action: 'Play' }],
})

/** A stranger with a key of his own. */
export const testIssuer = (key: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey): TestIssuer => {
  const id = thumbprint(key) as IssuerId
  const license = (options: TestLicenseMembers = {}): TestLicense => {
    const { root, members = {} } = options
    const lid = options.lid ?? (uuidV7(systemClock, systemRandom) as LicenseId)
    const keyId = options.keyId ?? asKeyId(systemRandom.bytes(KEY_LENGTH))
    const content = {
      key: secretFromBytes(Uint8Array.from(options.key ?? systemRandom.bytes(KEY_LENGTH))),
      blind: secretFromBytes(systemRandom.bytes(KEY_LENGTH)),
    }
    const chain = root && {
      role: 'leaf',
      uplink: b64u(keyIdBytes(root.keyId)),
      key: wrapLeafKey(root.content.key, { issuer: id, lid, keyId, uplink: root.keyId }, packKeyBlock(BLOCK_KIND.leaf, content)),
    }
    const payload = { ...base(id, lid, keyId, commitTo(keyId, content.key, content.blind)), ...(chain && { chain }), ...members }
    return { lid, keyId, content, document: signDocument(key, { typ: LICENSE_TYP, kid: id }, payload) }
  }
  return { id, key, jwk: publicJwk(key), license }
}
