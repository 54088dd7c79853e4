import type { KeyId } from '../identity/key-id'
import { secretEquals, type Secret } from '../secret/secret'
import { storedAcceptance } from '../vault/accept-stored'
import { licenseContentKey } from '../vault/content-key'
import { licensesByKey } from '../vault/stored-licenses'
import { storeTestLicense } from '../vault/testing/store-test-license'
import { testIssuer } from '../vault/testing/test-issuer'
import { trustIssuer } from '../vault/trust-issuer'
import type { Home } from './home'
import { protectLicense } from './protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from './testing/temporary-home'

const keyId = 'ab'.repeat(16) as KeyId
const conditions = { rights: [{ action: 'Play' as const }] }

describe('protecting under a key ID', () => {
  let place: TemporaryPlace
  let home: Home
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
  })
  afterEach(() => place.remove())

  const keysOf = async (): Promise<ReadonlyArray<Secret>> => {
    const accept = await succeed(storedAcceptance(home))
    const licenses = await succeed(licensesByKey(home)(keyId))
    return Promise.all(
      licenses.map(async ({ jws }) => succeed(licenseContentKey(home, await succeed(async () => accept(jws)))))
    )
  }
  const protect = (by: Home) => succeed(protectLicense(by)({ keyId, conditions }))

  it('R12: processes that come with one new key ID at once store one key', async () => {
    const homes = [home, await place.open(), home, await place.open()]
    const licenses = await Promise.all(homes.map(protect))
    expect(licenses.filter(({ fresh }) => fresh)).toHaveLength(1)
    const [first, ...others] = await keysOf()
    expect(others).toHaveLength(3)
    for (const other of others) expect(first !== undefined && secretEquals(first, other)).toBe(true)
  })

  it('twin: without the expected rows each stores a key of its own', async () => {
    const careless: Home = {
      ...home,
      store: { ...home.store, append: ({ expects: _, ...request }) => home.store.append(request) },
    }
    await Promise.all([protect(careless), protect(careless)])
    const [left, right] = await keysOf()
    expect(left !== undefined && right !== undefined && secretEquals(left, right)).toBe(false)
  })

  it('LI-1: issues no license of the owner’s for content of somebody else', async () => {
    const issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
    await succeed(storeTestLicense(home)(issuer.license({ keyId })))
    expect(await fail(protectLicense(home)({ keyId, conditions }))).toMatchObject({ type: 'BadInput', found: keyId })
    expect(await succeed(licensesByKey(home)(keyId))).toHaveLength(1)
  })
})
