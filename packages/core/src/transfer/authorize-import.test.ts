import { lastValueFrom, toArray } from 'rxjs'

import { certify, testKey } from '../certificate/testing/authority'
import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import type { LicenseId } from '../identity/license-id'
import type { SystemId } from '../identity/system-id'
import { secretFromBytes, secretLength, type Secret } from '../secret/secret'
import type { AppendRequest } from '../store/event-store'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer } from '../vault/testing/test-issuer'
import { trustIssuer } from '../vault/trust-issuer'
import { authorizeImport } from './authorize-import'
import type { ImportDecision, ImportRequest } from './import-request'
import { authorityHome, type AuthorityHome } from './testing/authority-home'

const SYSTEM = '9a04f079-9840-4286-ab92-e65be0885f95' as SystemId
const SOURCE = 'cd'.repeat(16) as KeyId
const OWN = 'ab'.repeat(16) as KeyId

const bytesOf = (byte: number): Secret => secretFromBytes(new Uint8Array(16).fill(byte))

describe('authorizing an import', () => {
  let under: AuthorityHome
  let lid: LicenseId
  beforeEach(async () => {
    under = await authorityHome()
    const key = bytesOf(1)
    const conditions = { rights: [{ action: 'Play' as const, windows: [{ count: 3 }] }] }
    lid = (await succeed(protectLicense(under.home)({ keyId: OWN, contentKey: key, conditions }))).lid
  })
  afterEach(() => under.remove())

  const request = (changes: Partial<ImportRequest> = {}): ImportRequest => ({
    lid,
    system: SYSTEM,
    source: { digest: 'A'.repeat(43) },
    sourceKeys: [{ keyId: SOURCE, key: bytesOf(7) }],
    scheme: 'mce',
    registered: [SYSTEM],
    ...changes,
  })
  const asked = (changes: Partial<ImportRequest> = {}): Promise<ImportDecision> =>
    succeed(authorizeImport(under.home)(request(changes)))
  const answers = (decision: ImportDecision): ReadonlyArray<string> =>
    decision.type === 'Granted' ? ['Granted'] : decision.reasons.map(({ rule, reason }) => `${rule} ${reason}`)
  const events = () => lastValueFrom(under.home.store.readAll().pipe(toArray()))
  const isWiped = (secret: Secret): boolean => {
    try {
      return secretLength(secret) < 0
    } catch {
      return true
    }
  }

  it('IM-7: grants under a license that was stored before, and takes no count of it', async () => {
    const decision = await asked()
    expect(decision).toMatchObject({ type: 'Granted', license: { lid, keyId: OWN } })
    const types = (await events()).map(({ type }) => type)
    expect(types.indexOf('LicenseStored')).toBeLessThan(types.indexOf('ImportAuthorized'))
    expect(types).not.toContain('UseReserved')
  })

  describe.each([
    ['an issuer whose licenses were here before', true],
    ['an issuer that sent none before', false],
  ])('while a license of that id comes in from %s', (_, known) => {
    const decided = async (change: (append: AppendRequest) => AppendRequest): Promise<ReadonlyArray<string>> => {
      const { home } = under
      const stranger = testIssuer()
      await succeed(trustIssuer(home)(stranger.jwk))
      if (known) await succeed(storeTestLicense(home)(stranger.license()))
      const foreign = stranger.license()
      let acted = false
      const disturbed: Home = {
        ...home,
        store: {
          ...home.store,
          append: (append) => async () => {
            const isDecision = append.appends.some(({ stream }) => stream.startsWith('import-'))
            if (isDecision && !acted) {
              acted = true
              await succeed(storeTestLicense(home)(foreign))
            }
            return home.store.append(isDecision ? change(append) : append)()
          },
        },
      }
      return answers(await succeed(authorizeImport(disturbed)(request({ lid: foreign.lid }))))
    }

    it('IM-6: decides anew, and refuses that license', async () => {
      expect(await decided((append) => append)).toEqual(['IM-6 LicenseIssuerUnknown'])
    })

    it('twin: without expectations the license would be told as absent', async () => {
      const alone = ({ expects: _expects, appends, ...rest }: AppendRequest): AppendRequest => ({
        ...rest,
        appends: appends.filter(({ events }) => events.length > 0),
      })
      expect(await decided(alone)).toEqual(['IM-7 NoLicense'])
    })
  })

  it('IM-2, IM-3, IM-4: with certificates that lead to the root and stand on no list', async () => {
    const { chain, thumbprint } = under.receiver({ use: 'device' })
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['R8 RevocationStale'])
    await under.list('device', '7')
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['Granted'])
    await under.list('device', '8', [thumbprint])
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['IM-4 CertificateRevoked'])
  })

  it.each([0, 1])('IM-4: every certificate of the collection is asked for, number %i', async (place) => {
    const { chain, thumbprints } = under.receiverBelow({ use: 'device' })
    await under.list('device', '7')
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['Granted'])
    await under.list('device', '8', [thumbprints[place] ?? ''])
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['IM-4 CertificateRevoked'])
  })

  it('IM-3: a collection that another root signed', async () => {
    await under.list('device', '7')
    const chain = [certify(testKey(), testKey(), { use: 'device' })]
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['IM-3 CertificateInvalid'])
  })

  it('IM-3: an application’s certificate is no machine’s', async () => {
    await under.list('device', '7')
    const { chain } = under.receiver({ use: 'export' })
    expect(answers(await asked({ receiver: { type: 'certified', chain } }))).toEqual(['IM-3 CertificateInvalid'])
  })

  it('IM-7: a license that is not there is refused, and the refusal is stored with its question', async () => {
    const unknown = '01890000-0000-7000-8000-000000000001' as LicenseId
    const decision = await asked({ lid: unknown })
    expect(answers(decision)).toEqual(['IM-7 NoLicense'])
    const [last] = (await events()).slice(-1)
    expect(last).toMatchObject({
      type: 'ImportRefused',
      data: { lid: unknown, refusals: [{ rule: 'IM-7' }], question: { lid: unknown, sourceKeyIds: [SOURCE], candidates: [] } },
    })
    expect(decision).toMatchObject({ eventId: last?.id })
  })

  it('EX-23: a system that is not registered', async () => {
    expect(answers(await asked({ registered: [] }))).toEqual(['EX-23 SystemUnregistered'])
  })

  it('IN-26: a handle of another epoch', async () => {
    expect(answers(await asked({ epoch: 3 }))).toEqual(['IN-26 HandleStale'])
  })

  it('IM-10: a source that goes by the license’s key ID has to have its key', async () => {
    const same = { keyId: OWN, key: bytesOf(1) }
    expect(answers(await asked({ sourceKeys: [same] }))).toEqual(['Granted'])
    const before = await events()
    const other = { keyId: OWN, key: bytesOf(2) }
    expect(await fail(authorizeImport(under.home)(request({ sourceKeys: [other] })))).toEqual({ type: 'KeyMismatch' })
    expect(await events()).toHaveLength(before.length)
  })

  it('R14: takes the keys over: wiped with a refusal and with a fault', async () => {
    const refused = { keyId: SOURCE, key: bytesOf(7) }
    await asked({ registered: [], sourceKeys: [refused] })
    expect(isWiped(refused.key)).toBe(true)
    const twice = [
      { keyId: SOURCE, key: bytesOf(7) },
      { keyId: SOURCE, key: bytesOf(7) },
    ]
    expect(await fail(authorizeImport(under.home)(request({ sourceKeys: twice })))).toMatchObject({ type: 'BadInput' })
    expect(twice.every(({ key }) => isWiped(key))).toBe(true)
  })

  it.each([
    ['no key', []],
    ['a key of a length that no content key has', [{ keyId: SOURCE, key: secretFromBytes(new Uint8Array(5)) }]],
  ])('refuses %s', async (_, sourceKeys) => {
    expect(await fail(authorizeImport(under.home)(request({ sourceKeys })))).toMatchObject({ type: 'BadInput' })
  })

  it('wipes the keys of a grant that nobody opened in its time', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
    try {
      const key = bytesOf(7)
      await asked({ sourceKeys: [{ keyId: SOURCE, key }] })
      jest.advanceTimersByTime(9 * 60_000)
      expect(isWiped(key)).toBe(false)
      jest.advanceTimersByTime(2 * 60_000)
      expect(isWiped(key)).toBe(true)
    } finally {
      jest.useRealTimers()
    }
  })
})
