import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/Either'

import { utf8 } from '../encoding/utf8'
import { succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { deriveKey } from '../secret/key-derivation'
import { unseal, unsealWith } from '../secret/seal'
import { secretFromBytes, withSecretBytes, type Secret } from '../secret/secret'
import { readSealHeader } from '../secret/jwe-header'
import { openEnvelope } from '../vault/key-envelope'
import { believeDocument } from '../vault/believe-document'
import { issuerTrust, trustedIssuers } from '../vault/trusted-issuers'
import { sealedVaultHeader, type BackupManifest } from './backup-manifest'
import { guardKey } from './guard'
import { openBackup } from './open-backup'
import { openVaultKey } from './sealed-vault-key'
import { backupScene, type BackupScene } from './testing/backup-scene'

interface Line {
  readonly lid: string
  readonly keyId: KeyId
  readonly gen: number
  readonly doc: string
  readonly env: string
}

describe('who steals a backup', () => {
  let scene: BackupScene
  let directory: string
  beforeEach(async () => {
    scene = await backupScene()
    directory = join(scene.place.root, 'backup')
  })
  afterEach(() => scene.place.remove())

  const lines = async (): Promise<ReadonlyArray<Line>> => {
    const found: Line[] = []
    for await (const segment of (await succeed(openBackup(directory, { salvage: false }))).segments()) {
      found.push(...segment.lines.map((line) => JSON.parse(Buffer.from(line).toString()) as Line))
    }
    return found
  }
  const manifest = async (): Promise<BackupManifest> => (await succeed(openBackup(directory, { salvage: false }))).manifest

  /** Opens all lines with the vault keys that come out of the manifest. */
  const openLines = async (vaults: ReadonlyMap<number, Secret>): Promise<number> => {
    const trust = issuerTrust(await succeed(trustedIssuers(scene.home)), { lists: new Map() } as never)
    let opened = 0
    for (const { lid, keyId, gen, doc, env } of await lines()) {
      const license = believeDocument(trust, scene.place.clock.now(), doc)
      const key = vaults.get(gen)
      if (E.isLeft(license) || key === undefined) continue
      const owner = { type: 'license', issuer: scene.issuer.id, lid, keyId, docDigest: license.right.docDigest } as const
      const content = openEnvelope({ generation: gen, class: 'backup', key }, owner, Buffer.from(env, 'base64url'))
      if (E.isRight(content)) opened += 1
    }
    return opened
  }

  const withService = async (service: KeyObject, guard?: Secret): Promise<number> => {
    const { keys, set, source } = await manifest()
    const vaults = new Map<number, Secret>()
    for (const { gen, jwe } of keys) {
      const key = await openVaultKey(service, { set, gen, mid: source.mid }, jwe, guard)()
      if (E.isRight(key)) vaults.set(gen, key.right)
    }
    return openLines(vaults)
  }

  /** Every text and run of bytes that the set and the public documents hold, as keys that a thief would try. */
  const candidates = async (): Promise<ReadonlyArray<Secret>> => {
    const texts = new Set<string>()
    const collect = (value: unknown): void => {
      if (typeof value === 'string') for (const text of [value, ...value.split('.')]) texts.add(text)
      else if (typeof value === 'object' && value !== null) Object.values(value).forEach(collect)
    }
    collect(await manifest())
    collect(await lines())
    for (const jws of [...texts].filter((text) => text.split('.').length >= 3)) {
      for (const part of jws.split('.').slice(0, 2)) {
        try {
          collect(JSON.parse(Buffer.from(part, 'base64url').toString()) as unknown)
        } catch {
          texts.add(part)
        }
      }
    }
    const bytes = [...texts].flatMap((text) => [utf8(text), Buffer.from(text, 'base64url'), Buffer.from(text, 'hex')])
    return bytes.flatMap((key) => [
      ...(key.length === 32 ? [secretFromBytes(Uint8Array.from(key))] : []),
      deriveKey(secretFromBytes(Uint8Array.from(key)), new Uint8Array(), new Uint8Array()),
    ])
  }

  it('R21: opens no key with all that the set and the public documents hold', async () => {
    for (let count = 0; count < 2; count += 1) await scene.add()
    await scene.run({ directory, overwrite: false })
    const { keys, set, source } = await manifest()
    const tries = await candidates()
    expect(tries.length).toBeGreaterThan(100)
    for (const key of tries) {
      // As the vault key itself, as the key of its seal, and as the service's private key.
      expect(await openLines(new Map(keys.map(({ gen }) => [gen, key])))).toBe(0)
      for (const { gen, jwe } of keys) {
        expect(E.isLeft(await unseal(key, sealedVaultHeader(set, gen, source.mid), jwe)())).toBe(true)
      }
    }
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    expect(await withService(stranger)).toBe(0)
    expect(keys.map(({ jwe }) => readSealHeader(jwe))).toMatchObject([{ right: { set, gen: 1 } }])
  }, 120_000)

  it('R21: the service opens every key (the twin)', async () => {
    for (let count = 0; count < 2; count += 1) await scene.add()
    await scene.run({ directory, overwrite: false })
    expect(await withService(scene.authority.sealing)).toBe(2)
  })

  it('R21: with a guard the service opens none without the passphrase, and all with it', async () => {
    await scene.add()
    await scene.run({ directory, overwrite: false, guard: secretFromBytes(utf8('correct horse')) })
    const { keys, set, source, guard = '' } = await manifest()
    const salt = Buffer.from(guard, 'base64url')
    expect(salt).toHaveLength(16)
    for (const { gen, jwe } of keys) {
      const outer = await unsealWith(scene.authority.sealing, sealedVaultHeader(set, gen, source.mid), jwe)()
      if (E.isLeft(outer)) throw new Error('the outer seal is the service’s')
      expect(await openLines(new Map([[gen, outer.right]]))).toBe(0)
    }
    expect(await withService(scene.authority.sealing, await guardKey(secretFromBytes(utf8('correct horsf')), salt))).toBe(0)
    expect(await withService(scene.authority.sealing, await guardKey(secretFromBytes(utf8('correct horse')), salt))).toBe(1)
  })

  it('R21: finds no content key, blind, vault key or device key in any file', async () => {
    const key = Buffer.from('c0ffee00c0ffee01c0ffee02c0ffee03', 'hex')
    const license = await scene.add(undefined, { key })
    await scene.run({ directory, overwrite: false })
    const secrets: Buffer[] = [key]
    const blind = license.content.blind
    const signing = await succeed(scene.home.keystore.signing(1))
    secrets.push(Buffer.from(String(createPrivateKey(signing.key.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' }).d), 'base64url'))
    const vault = (await succeed(scene.home.keystore.vault(1, 1))).key
    for (const secret of [vault, blind]) withSecretBytes(secret, (bytes) => secrets.push(Buffer.from(bytes)))
    const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((name) => join(directory, name))
    for (const file of files.filter((name) => statSync(name).isFile())) {
      const bytes = readFileSync(file)
      for (const secret of secrets) {
        for (const form of [secret, secret.toString('hex'), secret.toString('base64url').slice(0, -1)]) expect(bytes.includes(form)).toBe(false)
      }
    }
  })
})
