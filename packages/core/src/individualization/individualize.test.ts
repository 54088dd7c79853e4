import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { lastValueFrom, toArray } from 'rxjs'

import { machineFileBinding } from '../device/machine-binding'
import type { StoredEvent } from '../event/stored-event'
import { CoreError } from '../fault/core-error'
import { openHome } from '../home/open-home'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { satisfiesVersion, type RequiredVersion, type SecurityVersion } from '../identity/security-version'
import { systemRandom } from '../random/system-random'
import { secretEquals, wipeSecret } from '../secret/secret'
import { licenseContentKey } from '../vault/content-key'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer, type TestLicense } from '../vault/testing/test-issuer'
import { trustIssuer } from '../vault/trust-issuer'
import { storedAcceptance } from '../vault/accept-stored'
import { vaultGenerations } from '../vault/vault-generations'
import type { IndividualizationStatus } from './individualization-event'
import { presentCredential } from './present-credential'
import { farSide, type FarSide } from './testing/far-side'
import { answering, individualized, typesOf } from './testing/individualized-home'

describe('individualization', () => {
  let place: TemporaryPlace
  let home: Home
  let far: FarSide
  const issuer = testIssuer()
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    far = farSide(place.clock)
  })
  afterEach(() => place.remove())

  const logged = async (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(home.store.readAll().pipe(toArray()))
  const keystore = (...path: ReadonlyArray<string>): string => join(place.directory, 'keystore', ...path)
  const shape = (events: ReadonlyArray<StoredEvent>): string =>
    typesOf(events)
      .filter((type) => type.startsWith('Individualization') || type === 'ConsentRecorded')
      .map((type) => type.replace('Individualization', ''))
      .filter((type, index, all) => type !== 'Progress' || all[index - 1] !== 'Progress')
      .join(' ')

  const stored = async (members: object = {}): Promise<TestLicense> => {
    const license = issuer.license({ members })
    await succeed(trustIssuer(home)(issuer.jwk))
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const opens = async (one: Home, license: TestLicense): Promise<boolean> => {
    const accept = await succeed(storedAcceptance(one))
    const accepted = accept(license.document)
    if (accepted._tag === 'Left') throw new Error('not accepted')
    const key = await succeed(licenseContentKey(one, accepted.right))
    const same = secretEquals(key, license.content.key)
    wipeSecret(key)
    return same
  }

  it('P-8, IN-12, IN-20: consent, begin, progress, installing, success, in this order and once each', async () => {
    const events = await individualized(home, far)
    expect(shape(events)).toBe('ConsentRecorded Begun Granted Progress Installing Succeeded')
    expect(await succeed(home.device)).toEqual({ epoch: 1, securityVersion: '2.9.0.1' })
    const operations = new Set(events.filter(({ type }) => /^Individ|^Consent/.test(type)).map(({ correlation }) => correlation))
    expect(operations.size).toBe(1)
    expect((await succeed(presentCredential(home))).credential).toMatchObject({ epoch: 1, securityVersion: '2.9.0.1' })
  })

  it('P-9, IN-3: the version counts by numbers, and only an individualized one meets a requirement', async () => {
    far.settings.newest = '2.10'
    await individualized(home, far)
    const { securityVersion } = await succeed(home.device)
    expect(satisfiesVersion(securityVersion, '2.9' as RequiredVersion)).toBe(true)
    expect(satisfiesVersion('2.9.0.0' as SecurityVersion, '2.2' as RequiredVersion)).toBe(false)
  })

  it('IN-12: nothing is sent before consent is in the log', async () => {
    far.settings.onRequest = async () => {
      const types = typesOf(await logged())
      expect(types).toContain('ConsentRecorded')
      expect(types).toContain('IndividualizationBegun')
    }
    const consent = answering('given')
    const events = await individualized(home, far, { forced: false }, consent, ({ type }) => {
      if (type === 'ConsentRecorded') expect(far.requests).toEqual([])
    })
    expect(shape(events)).toMatch(/Succeeded$/)
    expect(far.requests.length).toBeGreaterThan(3)
    expect(consent.shown).toHaveLength(1)
    expect(consent.shown[0]?.paragraphs.at(-1)).toContain(far.transport.place)
  })

  it('IN-13: declined, nothing leaves and nothing changes', async () => {
    const license = await stored()
    const events = await individualized(home, far, { forced: true }, answering('declined'))
    expect(shape(events)).toBe('ConsentRecorded Declined')
    expect(far.requests).toEqual([])
    expect(readdirSync(keystore('epochs'))).toEqual(['0'])
    expect(await opens(home, license)).toBe(true)
  })

  it('IN-12: a consent that the log does not hold, or that is for something else, starts nothing', async () => {
    await expect(individualized(home, far, { forced: true, consent: home.homeId })).rejects.toMatchObject({
      fault: { type: 'ConsentMissing' },
    })
    expect(far.requests).toEqual([])
    expect(typesOf(await logged()).filter((type) => type.startsWith('Individ'))).toEqual([])
  })

  it('IN-7, IN-8: as needed while current ends without a new component; forced makes one', async () => {
    await individualized(home, far)
    const again = await individualized(home, far)
    expect(shape(again)).toBe('ConsentRecorded Begun Unneeded')
    expect(again.at(-1)?.data).toMatchObject({ installed: '2.9.0.1', newest: '2.9' })
    expect((await succeed(home.device)).epoch).toBe(1)
    const forced = await individualized(home, far, { forced: true })
    expect(shape(forced)).toMatch(/Succeeded$/)
    expect((await succeed(home.device)).epoch).toBe(2)
    far.settings.newest = '2.10'
    expect(shape(await individualized(home, far))).toMatch(/Succeeded$/)
    expect((await succeed(home.device)).securityVersion).toBe('2.10.0.1')
  })

  it('IN-10: one at a time; the second answers at once and leaves nothing', async () => {
    const before = new Promise<number>((resolve) => {
      far.settings.onRequest = async () => {
        far.settings.onRequest = () => undefined
        const other = await place.open()
        const count = (await logged()).length
        await expect(individualized(other, far)).rejects.toEqual(new CoreError({ type: 'Individualizing' }))
        resolve((await logged()).length - count)
      }
    })
    expect(shape(await individualized(home, far))).toMatch(/Succeeded$/)
    expect(await before).toBe(0)
  })

  it('IN-11: the reason of a refusal is told, and the epoch before stays', async () => {
    far.settings.refusal = 'IndividualizationFraudLimit'
    const events = await individualized(home, far)
    expect(shape(events)).toBe('ConsentRecorded Begun Failed')
    expect(events.at(-1)?.data).toMatchObject({ fault: 'IndividualizationFraudLimit' })
    expect(far.bodies).toHaveLength(1)
    expect((await succeed(home.device)).epoch).toBe(0)
    expect(readdirSync(keystore('epochs'))).toEqual(['0'])
  })

  it('IN-17, R22: keys, identity and consent go out and nothing else; two authorities see nothing in common', async () => {
    const other = farSide(place.clock)
    const second = await place.open(join(place.root, 'second'))
    await individualized(home, far)
    const [body] = far.bodies
    expect(Object.keys(body ?? {}).sort()).toEqual(['agreement', 'consent', 'epoch', 'forced', 'scope', 'scopeProof', 'signing', 'v'])
    expect(Object.keys(body?.consent ?? {}).sort()).toEqual(['answer', 'at', 'kind', 'operation', 'text', 'textSha256'])
    const sent = far.requests.map(({ body: bytes, headers }) => new TextDecoder().decode(bytes) + JSON.stringify(headers)).join()
    for (const own of [home.homeId, home.logId, place.directory]) expect(sent).not.toContain(own)
    const scopes = [await succeed(home.keystore.scope(far.authority)), await succeed(home.keystore.scope(other.authority))]
    expect(new Set(scopes.map(({ kid }) => kid)).size).toBe(2)
    await individualized(second, other)
    const values = ({ bodies }: FarSide) =>
      bodies.flatMap(({ signing, agreement, scope, consent }) => [signing.x, agreement.x, scope.x, consent.operation])
    expect(values(far).filter((value) => values(other).includes(value))).toEqual([])
  })

  it('IN-18: a copy of the individualized home opens no key on another machine, and its log stays readable', async () => {
    await individualized(home, far)
    const options = { directory: place.directory, machineFile: join(place.root, 'other', 'secret'), clock: place.clock, random: systemRandom }
    const elsewhere = await succeed(openHome(options))
    expect(await fail(elsewhere.keystore.agreement(1))).toMatchObject({ type: 'BindingMismatch' })
    expect((await succeed(elsewhere.device)).epoch).toBe(1)
    elsewhere.close()
    expect(machineFileBinding(place.machineFile, systemRandom).describe()).toEqual([expect.stringContaining('machine file')])
  })

  it('IN-19: components differ, and without the installed one no key of it opens', async () => {
    const second = await place.open(join(place.root, 'second'))
    await individualized(home, far)
    await individualized(second, far)
    expect(new Set(far.diversifiers).size).toBe(2)
    const file = (directory: string) => readFileSync(join(directory, 'keystore', 'epochs', '1', 'credential.jws'), 'utf8')
    expect(file(place.directory)).not.toBe(file(second.directory))
    const license = await stored()
    rmSync(keystore('epochs', '1', 'diversifier.jwe'))
    const reopened = await place.open()
    expect(await fail(reopened.keystore.vault(1, 4))).toMatchObject({ type: 'KeystoreMissing' })
    await expect(opens(reopened, license)).rejects.toThrow('KeystoreMissing')
  })

  it('IN-19: every license moves to keys of the new epoch and opens; the old ones are destroyed', async () => {
    const licenses = [await stored(), await stored({ rights: [{ action: 'Play' }, { action: 'Backup' }] })]
    await individualized(home, far)
    const live = await succeed(vaultGenerations(home))
    expect(live).toEqual([
      { generation: 3, class: 'backup' },
      { generation: 4, class: 'local' },
    ])
    for (const license of licenses) expect(await opens(home, license)).toBe(true)
    const reopened = await place.open()
    for (const license of licenses) expect(await opens(reopened, license)).toBe(true)
    expect(readdirSync(keystore('epochs', '0'))).toEqual(['credential.jws'])
    expect(readdirSync(keystore('epochs', '1')).sort()).toEqual([
      'agreement.jwe',
      'credential.jws',
      'diversifier.jwe',
      'package',
      'signing.jwe',
      'vault-3.jwe',
      'vault-4.jwe',
    ])
    expect(existsSync(join(place.directory, 'downloads'))).toBe(false)
  })

  it('IN-21, IN-22, IN-23, IN-24: each progress event has a status of its own, and its numbers only rise', async () => {
    far.settings.bytes = 600_000
    const events = await individualized(home, far)
    const progress = events.filter(({ type }) => type === 'IndividualizationProgress').map(({ data }) => data as never as Progress)
    expect(progress.length).toBeGreaterThanOrEqual(12)
    expect(progress.length).toBeLessThanOrEqual(400)
    const statuses = progress.map(({ status }) => status)
    expect(new Set(statuses).size).toBe(statuses.length)
    for (const [index, status] of statuses.entries()) {
      expect(status.status).toBe(0x10)
      expect(status.read).toBeLessThanOrEqual(status.total)
      const before = statuses[index - 1]
      if (before === undefined) continue
      expect(status.read).toBeGreaterThanOrEqual(before.read)
      expect(status.roundTrips).toBeGreaterThanOrEqual(before.roundTrips)
      expect(status.http).toBeGreaterThanOrEqual(before.http)
    }
    expect(statuses.at(-1)).toMatchObject({ http: 4, read: far.package().length, total: far.package().length })
    expect(events.find(({ type }) => type === 'IndividualizationInstalling')?.data).toMatchObject({ status: { status: 0x20 } })
  })

  it('IN-30, IN-31: a failed run leaves the component before in force, and the next one succeeds', async () => {
    const license = await stored()
    const faults: ReadonlyArray<readonly [string, () => void]> = [
      ['CredentialInvalid', () => (far.settings.onReply = (body) => ({ ...body, credential: String(body['credential']).slice(0, -4) + 'AAAA' }))],
      ['CredentialInvalid', () => (far.settings.onReply = (body) => ({ ...body, diversifier: 'a.b.c.d.e' }))],
      ['PackageDescriptorInvalid', () => (far.settings.onReply = (body) => ({ ...body, package: String(body['credential']) }))],
      ['ReplyInvalid', () => (far.settings.onReply = (body) => ({ ...body, more: 1 }))],
    ]
    for (const [fault, set] of faults) {
      set()
      const events = await individualized(home, far)
      expect(shape(events)).toBe('ConsentRecorded Begun Failed')
      expect(events.at(-1)?.data).toMatchObject({ fault })
      expect((await succeed(home.device)).epoch).toBe(0)
      expect(readdirSync(keystore('epochs'))).toEqual(['0'])
      expect(await opens(home, license)).toBe(true)
      far.settings.onReply = (body) => body
    }
    expect(shape(await individualized(home, far))).toMatch(/Succeeded$/)
    expect(await opens(home, license)).toBe(true)
  })
})

interface Progress {
  readonly status: IndividualizationStatus
}
