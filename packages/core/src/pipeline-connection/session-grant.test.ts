import { constants, createPublicKey, generateKeyPairSync, privateDecrypt, type KeyObject } from 'node:crypto'
import { inspect } from 'node:util'
import * as E from 'fp-ts/Either'
import { compactDecrypt, CompactEncrypt } from 'jose'
import { lastValueFrom, toArray } from 'rxjs'

import { certify, testKey } from '../certificate/testing/authority'
import { verifyChain } from '../certificate/verify-chain'
import { protectLicense } from '../home/protect-license'
import { fail, succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { SystemId } from '../identity/system-id'
import { secretFromBytes } from '../secret/secret'
import { thumbprint } from '../signed/thumbprint'
import { authorizeExport } from '../transfer/authorize-export'
import { authorizeImport } from '../transfer/authorize-import'
import { authorizeProtection } from '../transfer/authorize-protection'
import type { Receiver } from '../transfer/receiver'
import { authorityHome, type AuthorityHome } from '../transfer/testing/authority-home'
import { connectPipeline } from './connect-pipeline'
import type { OpenedGrant } from './opened-grant'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const KEY_ID = 'ab'.repeat(16) as KeyId
const RUN = '5e'.repeat(16)
const SOURCE = { digest: 'A'.repeat(43) }
const redeemer = connectPipeline()
const USUAL = { legacy: false }

const bytesOf = (key: KeyObject): string => key.export().toString('hex')

describe('the session of a grant', () => {
  let under: AuthorityHome
  let lid: LicenseId
  beforeEach(async () => {
    under = await authorityHome()
    const conditions = { rights: [{ action: 'Copy' as const, windows: [{ count: 9 }] }], inclusion: [SYSTEM] }
    lid = (await succeed(protectLicense(under.home)({ keyId: KEY_ID, conditions }))).lid
    await under.list('application', '7')
  })
  afterEach(() => under.remove())

  const exporting = async (receiver: Receiver): Promise<OpenedGrant> => {
    const request = { keyId: KEY_ID, system: SYSTEM, action: 'Copy', source: SOURCE, registered: [SYSTEM], targetKeys: [], receiver } as const
    const decision = await succeed(authorizeExport(under.home)(request))
    if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
    return succeed(redeemer.open(decision.grant))
  }
  const events = () => lastValueFrom(under.home.store.readAll().pipe(toArray()))
  const types = async (): Promise<ReadonlyArray<string>> => (await events()).map(({ type }) => type)

  describe('that is offered', () => {
    it('EX-11, EX-12: goes to the receiver alone, under a header that says what it is for', async () => {
      const { chain, key, thumbprint: name } = under.receiver()
      const opened = await exporting({ type: 'certified', chain })
      const { profile, run, secret, sealed } = await succeed(opened.session(USUAL))
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key)
      expect(Buffer.from(plaintext).toString('hex')).toBe(bytesOf(secret))
      expect([profile, plaintext.length]).toEqual(['session-gcm', 32])
      const { epk, ...header } = protectedHeader
      expect(epk).toBeDefined()
      expect(header).toEqual({
        alg: 'ECDH-ES+A256KW',
        enc: 'A256GCM',
        typ: 'custody-session-gcm+1',
        run,
        receiver: name,
        direction: 'export',
        license: lid,
        epoch: 0,
      })
      await expect(compactDecrypt(sealed, testKey())).rejects.toThrow()
    })

    it('R8: is recorded after the list, the authorisation and the release', async () => {
      const { chain, thumbprint: receiver } = under.receiver()
      const opened = await exporting({ type: 'certified', chain })
      const { run } = await succeed(opened.session(USUAL))
      const order = ['RevocationListStored', 'ExportAuthorized', 'KeyReleased', 'SessionOffered']
      expect([...new Set(await types())].filter((type) => order.includes(type))).toEqual(order)
      const offered = (await events()).find(({ type }) => type === 'SessionOffered')
      expect(offered?.data).toEqual({ useId: opened.useId, run, profile: 'session-gcm', receiver })
    })

    it('EX-20: has a secret of its own each time, and is kept nowhere (R3)', async () => {
      const { chain } = under.receiver()
      const opened = await exporting({ type: 'certified', chain })
      const [first, second] = [await succeed(opened.session(USUAL)), await succeed(opened.session(USUAL))]
      expect(bytesOf(first.secret)).not.toBe(bytesOf(second.secret))
      expect(first.run).not.toBe(second.run)
      const shown = inspect([first, opened, await events()], { depth: null, showHidden: true })
      const secret = Buffer.from(bytesOf(first.secret), 'hex')
      for (const spelling of [secret.toString('hex'), secret.toString('base64'), inspect(secret).slice(8, 40)]) {
        expect(shown).not.toContain(spelling)
      }
    })

    it('P5: reserves its salts in the log, block by block, before they are used', async () => {
      const { chain } = under.receiver()
      const { run, reserveSalts } = await succeed((await exporting({ type: 'certified', chain })).session(USUAL))
      expect(await succeed(reserveSalts())).toEqual({ from: 0n, to: 1n << 20n })
      expect(await succeed(reserveSalts())).toEqual({ from: 1n << 20n, to: 1n << 21n })
      const reserved = (await events()).filter(({ stream }) => stream === `counters-${run}`)
      expect(reserved.map(({ data }) => data)).toEqual([
        { keyId: run, from: '0', to: '1048576' },
        { keyId: run, from: '1048576', to: '2097152' },
      ])
    })

    it('is missing where nobody outside receives', async () => {
      expect(await fail((await exporting({ type: 'in-process' })).session(USUAL))).toMatchObject({ type: 'SessionMissing' })
      const { grant } = await succeed(authorizeProtection(under.home)({ lid }))
      expect(await fail((await succeed(redeemer.open(grant))).session(USUAL))).toMatchObject({ type: 'SessionMissing' })
      expect(await types()).not.toContain('SessionOffered')
    })

    it('is gone with the grant', async () => {
      const { chain } = under.receiver()
      const opened = await exporting({ type: 'certified', chain })
      await succeed(opened.close('finished'))
      expect(await fail(opened.session(USUAL))).toEqual({ type: 'GrantUsed' })
    })

    describe('to a receiver that knows RSA only', () => {
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const wrapKeyOf = (key: KeyObject) => {
        const { n = '', e = '' } = key.export({ format: 'jwk' })
        return { kty: 'RSA' as const, n, e }
      }

      it('is refused unless it is configured', async () => {
        const { chain } = under.receiver({ wrapKey: wrapKeyOf(rsa.publicKey) })
        const opened = await exporting({ type: 'certified', chain })
        expect(await fail(opened.session(USUAL))).toMatchObject({ type: 'SessionProfileRefused', profile: 'session-rc4' })
        expect(await types()).not.toContain('SessionOffered')
      })

      it('EX-11: is a vector under RSA-OAEP', async () => {
        const { chain } = under.receiver({ wrapKey: wrapKeyOf(rsa.publicKey) })
        const { profile, secret, sealed } = await succeed((await exporting({ type: 'certified', chain })).session({ legacy: true }))
        const options = { key: rsa.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
        const opened = privateDecrypt(options, Buffer.from(sealed, 'base64url'))
        expect([profile, opened.length, opened.toString('hex')]).toEqual(['session-rc4', 16, bytesOf(secret)])
      })

      it.each([
        ['a key that is too short', wrapKeyOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey)],
        ['no key', { kty: 'RSA' as const, n: '', e: 'AQAB' }],
      ])('EX-22: is not believed with %s', (_, wrapKey) => {
        const root = testKey()
        const chain = [certify(root, testKey(), { wrapKey })]
        const checked = verifyChain(chain, { root: createPublicKey(root), use: 'export', now: Date.UTC(2026, 5) * 1000 })
        expect(checked).toMatchObject(E.left({ type: 'CertificateInvalid', where: '/0/wrapKey' }))
      })
    })
  })

  describe('that comes in', () => {
    const SECRET = 'c4'.repeat(32)
    const own = async (): Promise<KeyObject> => createPublicKey((await succeed(under.home.keystore.agreement(0))).key)
    /** As a sender makes it, by the document alone. */
    const offer = async (
      over: Readonly<Record<string, unknown>> = {},
      { to, secret = SECRET }: { readonly to?: KeyObject; readonly secret?: string } = {}
    ): Promise<string> => {
      const receiver = await own()
      const header = { run: RUN, receiver: thumbprint(receiver), direction: 'import', license: lid, epoch: 0 }
      return new CompactEncrypt(Buffer.from(secret, 'hex'))
        .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', typ: 'custody-session-gcm+1', ...header, ...over })
        .encrypt(to ?? receiver)
    }
    const importing = async (session: string | undefined): Promise<OpenedGrant> => {
      const request = { lid, system: SYSTEM, source: SOURCE, sourceKeys: [], scheme: 'mce', registered: [SYSTEM] }
      const decision = await succeed(authorizeImport(under.home)({ ...request, ...(session !== undefined && { session }) }))
      if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
      return succeed(redeemer.open(decision.grant))
    }

    it('IM-12: opens with the key of this device, for the license of the grant, and is recorded', async () => {
      const opened = await importing(await offer())
      const { profile, run, secret, reserveSalts } = await succeed(opened.session(USUAL))
      expect([profile, run, bytesOf(secret)]).toEqual(['session-gcm', RUN, SECRET])
      expect(opened.targets).toEqual([{ keyId: KEY_ID, scheme: 'mce' }])
      expect(E.isRight(opened.keyFor(KEY_ID))).toBe(true)
      expect(opened.sources).toEqual([])
      const accepted = (await events()).find(({ type }) => type === 'SessionAccepted')
      const { useId } = opened
      expect(accepted?.data).toEqual({ useId, run: RUN, profile: 'session-gcm', direction: 'import', license: lid, epoch: 0 })
      // Its sender counts the salts.
      expect(await fail(reserveSalts())).toMatchObject({ type: 'CounterRangeExhausted' })
    })

    it('opens when it left another home, which names a license of its own', async () => {
      const session = await offer({ direction: 'export', license: 'theirs', epoch: 4 })
      expect(bytesOf((await succeed((await importing(session)).session(USUAL))).secret)).toBe(SECRET)
    })

    it.each<readonly [string, () => Promise<string>, string]>([
      ['sealed to another device', () => offer({}, { to: createPublicKey(testKey()) }), 'SealBroken'],
      ['named for another device', () => offer({ receiver: 'x' }), 'SealBroken'],
      ['for another license', () => offer({ license: 'another' }), 'SessionMissing'],
      ['for another epoch', () => offer({ epoch: 1 }), 'SessionMissing'],
      ['of a secret of another length', () => offer({}, { secret: 'c4'.repeat(16) }), 'SealBroken'],
      ['with a member more', () => offer({ more: 1 }), 'SealBroken'],
      ['with a run that is none', () => offer({ run: 'x' }), 'SealBroken'],
      ['of another kind', () => offer({ typ: 'custody-vault+1' }), 'SealBroken'],
      ['of the legacy profile, which is not configured', () => offer({ typ: 'custody-session-rc4+1' }), 'SessionProfileRefused'],
      ['of no form', () => Promise.resolve('a.b.c'), 'SealBroken'],
    ])('is refused: %s', async (_, make, type) => {
      expect(await fail((await importing(await make())).session(USUAL))).toMatchObject({ type })
      expect(await types()).not.toContain('SessionAccepted')
    })

    it('R10: is refused with any character changed', async () => {
      const good = await offer()
      const [header = ''] = good.split('.')
      for (const at of [header.length + 5, good.length - 2]) {
        const changed = `${good.slice(0, at)}${good[at] === 'A' ? 'Q' : 'A'}${good.slice(at + 1)}`
        expect(await fail((await importing(changed)).session(USUAL))).toEqual({ type: 'SealBroken' })
      }
    })

    it('IM-20, EX-20: opens once in the life of a home, whoever asks; another run of the same sender opens', async () => {
      const session = await offer()
      const grants = [await importing(session), await importing(session)]
      const results = await Promise.all(grants.map((opened) => opened.session(USUAL)()))
      expect(results.filter(E.isRight)).toHaveLength(1)
      expect(results.filter(E.isLeft)).toEqual([E.left({ type: 'SessionReplayed', run: RUN })])
      expect(await fail((await importing(session)).session(USUAL))).toEqual({ type: 'SessionReplayed', run: RUN })
      await succeed((await importing(await offer({ run: '5f'.repeat(16) }))).session(USUAL))
    })

    it('IM-18: takes the vector of the legacy profile where that is configured', async () => {
      const vector = 'c4'.repeat(16)
      const opened = await importing(await offer({ typ: 'custody-session-rc4+1' }, { secret: vector }))
      const { profile, secret } = await succeed(opened.session({ legacy: true }))
      expect([profile, bytesOf(secret)]).toEqual(['session-rc4', vector])
    })

    it('takes the place of keys, and nothing comes in without either', async () => {
      const request = { lid, system: SYSTEM, source: SOURCE, scheme: 'mce', registered: [SYSTEM] }
      const sourceKeys = [{ keyId: RUN as KeyId, key: secretFromBytes(new Uint8Array(16)) }]
      const session = await offer()
      expect(await fail(authorizeImport(under.home)({ ...request, sourceKeys, session }))).toMatchObject({ type: 'BadInput' })
      expect(await fail(authorizeImport(under.home)({ ...request, sourceKeys: [] }))).toMatchObject({ type: 'BadInput' })
    })

    it('is missing from a grant that brings keys', async () => {
      const sourceKeys = [{ keyId: RUN as KeyId, key: secretFromBytes(new Uint8Array(16)) }]
      const request = { lid, system: SYSTEM, source: SOURCE, sourceKeys, scheme: 'mce', registered: [SYSTEM] }
      const decision = await succeed(authorizeImport(under.home)(request))
      if (decision.type === 'Refused') throw new Error(JSON.stringify(decision.reasons))
      expect(await fail((await succeed(redeemer.open(decision.grant))).session(USUAL))).toMatchObject({ type: 'SessionMissing' })
    })
  })
})
