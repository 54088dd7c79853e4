import { systemRandom } from '../random/system-random'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { secretEquals, secretFromBytes, type Secret } from '../secret/secret'
import { authorizeProtection } from '../transfer/authorize-protection'
import { storedAcceptance } from './accept-stored'
import { licenseContentKey } from './content-key'
import { reserveCounters } from './reserve-counters'
import { revealKeys, secretDigits } from './reveal-keys'
import { storeLicense } from './store-license'
import { licensesByKey, listLicenses } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

const CANARY = '00c0ffee15deadbea7c0ffee15deadbe'
const canary = (): Secret => secretFromBytes(Uint8Array.from(Buffer.from(CANARY, 'hex')))
const play = { rights: [{ action: 'Play' as const }] }
const backup = { rights: [{ action: 'Play' as const }, { action: 'Backup' as const }] }

describe('vault', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const acceptedOf = async (keyId: KeyId) => {
    const [stored] = await succeed(licensesByKey(home)(keyId))
    const accept = await succeed(storedAcceptance(home))
    return succeed(async () => accept(stored?.jws ?? ''))
  }

  it('keeps a license with its key, and opens it again, in another process too', async () => {
    const { keyId, lid, fresh } = await succeed(protectLicense(home)({ contentKey: canary(), conditions: backup }))
    expect(fresh).toBe(false)
    home = await place.open()
    const license = await acceptedOf(keyId)
    expect(license.lid).toBe(lid)
    expect(secretEquals(await succeed(licenseContentKey(home, license)), canary())).toBe(true)
    expect((await succeed(listLicenses(home))).map((stored) => stored.lid)).toEqual([lid])
  })

  it.each([
    ['backup', backup, 1],
    ['local', play, 2],
  ])('wraps under the %s vault key by the Backup right', async (_, conditions, generation) => {
    const { issuer, lid } = await succeed(protectLicense(home)({ conditions }))
    const envelope = await succeed(home.store.state('key-envelope', `license/${issuer}/${lid}`))
    expect(envelope?.[4]).toBe(generation)
  })

  it('P6: refuses a key that the document does not commit to', async () => {
    const { keyId } = await succeed(protectLicense(home)({ conditions: play }))
    const license = await acceptedOf(keyId)
    const other = { key: canary(), blind: secretFromBytes(systemRandom.bytes(16)) }
    expect(await fail(storeLicense(home)(license, other))).toEqual({ type: 'KeyMismatch' })
  })

  it('says when the envelope of a license is gone or changed', async () => {
    const { keyId, lid, issuer } = await succeed(protectLicense(home)({ conditions: play }))
    const license = await acceptedOf(keyId)
    const key = `license/${issuer}/${lid}`
    const envelope = await succeed(home.store.state('key-envelope', key))
    for (const value of [Uint8Array.from(envelope ?? [], (byte, index) => (index === 20 ? byte ^ 1 : byte)), null]) {
      const events = [{ type: 'Test', schemaVersion: 1, data: {} }]
      await succeed(
        home.store.append({
          appends: [{ stream: 'test', expectedRevision: 'any', events }],
          state: [{ space: 'key-envelope', key, value }],
        })
      )
      expect(await fail(licenseContentKey(home, license))).toEqual({ type: 'EnvelopeDamaged', lid })
    }
  })

  it('LI-16: lists by priority, then by date of issue', async () => {
    const keyId = 'ab'.repeat(16) as KeyId
    const lids: string[] = []
    for (const priority of [0, 5, 0]) {
      lids.push((await succeed(protectLicense(home)({ keyId, conditions: { ...play, priority } }))).lid)
      place.clock.advance(1)
    }
    const listed = (await succeed(licensesByKey(home)(keyId))).map(({ lid }) => lid)
    expect(listed).toEqual([lids[1], lids[0], lids[2]])
  })

  it('refuses keys, seeds and conditions that do not fit, and stores nothing', async () => {
    const wrong = [
      { contentKey: secretFromBytes(new Uint8Array(15)), conditions: play },
      { keySeed: secretFromBytes(new Uint8Array(29)), conditions: play },
      { contentKey: canary(), keySeed: secretFromBytes(new Uint8Array(30)), conditions: play },
      { conditions: { rights: [...play.rights, ...play.rights] } },
    ]
    for (const request of wrong) {
      expect(['BadInput', 'LicenseMalformed']).toContain((await fail(protectLicense(home)(request))).type)
    }
    expect(await succeed(listLicenses(home))).toEqual([])
  })

  it('keeps one key for one key ID: a later license gets it, another key is refused', async () => {
    const keyId = 'ab'.repeat(16) as KeyId
    const first = await succeed(protectLicense(home)({ keyId, conditions: play }))
    const second = await succeed(protectLicense(home)({ keyId, conditions: play }))
    expect([first.fresh, second.fresh]).toEqual([true, false])
    const licenses = await succeed(licensesByKey(home)(keyId))
    const accept = await succeed(storedAcceptance(home))
    const keys: Secret[] = []
    for (const { jws } of licenses) {
      keys.push(await succeed(licenseContentKey(home, await succeed(async () => accept(jws)))))
    }
    const [left, right] = keys
    expect(left !== undefined && right !== undefined && secretEquals(left, right)).toBe(true)
    const refused = await fail(protectLicense(home)({ keyId, contentKey: canary(), conditions: play }))
    expect(refused).toEqual({ type: 'KeyMismatch' })
    const again = await succeed(protectLicense(home)({ keyId, ...(left !== undefined && { contentKey: left }), conditions: play }))
    expect(again.fresh).toBe(false)
    expect(await succeed(listLicenses(home))).toHaveLength(3)
  })

  it('reveals keys of own content, and records it first', async () => {
    const { keyId } = await succeed(protectLicense(home)({ contentKey: canary(), conditions: play }))
    const [revealed] = await succeed(revealKeys(home)([keyId]))
    expect(revealed && Buffer.from(secretDigits(revealed)).toString('latin1')).toBe(CANARY)
    expect(JSON.stringify(revealed)).not.toContain(CANARY)
    const unknown = 'cd'.repeat(16) as KeyId
    expect(await fail(revealKeys(home)([keyId, unknown]))).toMatchObject({ type: 'BadInput', found: unknown })
    const recorded: unknown[] = []
    home.store.read('keys-revealed').subscribe(({ data }) => recorded.push(data))
    expect(recorded).toEqual([{ keyIds: [keyId] }])
  })

  it('LI-1: a foreign license gives its key to nobody, and clear media no protection, however its issuer is trusted', async () => {
    const issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
    const license = issuer.license()
    await succeed(storeTestLicense(home)(license))
    const stranger = { type: 'LicenseIssuerUnknown', issuer: issuer.id }
    expect(await fail(revealKeys(home)([license.keyId]))).toEqual(stranger)
    expect(await fail(authorizeProtection(home)({ lid: license.lid }))).toEqual(stranger)
  })

  it('P5: reserves counters without overlap over concurrent writers', async () => {
    const keyId = 'ef'.repeat(16) as KeyId
    const other = await place.open()
    const ranges = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        succeed(reserveCounters(index % 2 === 0 ? home : other)({ keyId, count: BigInt(index + 1), shared: index > 5 }))
      )
    )
    const sorted = [...ranges].sort((a, b) => (a.from < b.from ? -1 : 1))
    sorted.forEach(({ from, to }, index) => {
      expect(to).toBeGreaterThan(from)
      expect(from).toBeGreaterThanOrEqual(sorted[index - 1]?.to ?? 0n)
    })
    expect(sorted.reduce((sum, { from, to }) => sum + to - from, 0n)).toBe(78n)
    const fresh = await succeed(reserveCounters(home)({ keyId: '12'.repeat(16) as KeyId, count: 3n, shared: false }))
    expect(fresh).toEqual({ from: 0n, to: 3n })
    const shared = await succeed(reserveCounters(home)({ keyId: '34'.repeat(16) as KeyId, count: 3n }))
    expect(shared.from & 0xffffffffn).toBe(0n)
    expect(shared.from).toBeGreaterThan(0n)
  })
})
