import { lastValueFrom, take, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyBlock } from '../license/key-block'
import { secretFromBytes } from '../secret/secret'
import { verifyLog } from '../store/verify-log'
import { queryLicense } from './query-license'
import { storeLicenses, type IncomingLicense } from './store-licenses'
import type { StoredRun } from './store-run'
import { listLicenses } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

/** Signing hundreds of licenses takes a while on a busy machine. */
jest.setTimeout(60_000)

let place: TemporaryPlace
let home: Home
let issuer: TestIssuer

beforeEach(async () => {
  place = temporaryPlace()
  home = await place.open()
  issuer = testIssuer()
  await succeed(trustIssuer(home)(issuer.jwk))
})
afterEach(() => place.remove())

const incoming = ({ document, content }: TestLicense): IncomingLicense => ({ document, content })
const all = (licenses: Iterable<IncomingLicense>): Promise<ReadonlyArray<StoredRun>> =>
  lastValueFrom(storeLicenses(home)(licenses).pipe(toArray()))
const total = (runs: ReadonlyArray<StoredRun>) => ({
  stored: runs.reduce((sum, { stored }) => sum + stored, 0),
  held: runs.reduce((sum, { held }) => sum + held, 0),
  refused: runs.flatMap(({ refused }) => refused.map(({ number, fault }) => `${number} ${fault.type}`)),
})
const many = (count: number): ReadonlyArray<TestLicense> => Array.from({ length: count }, () => issuer.license())
const blockOf = (byte: number): KeyBlock => ({
  key: secretFromBytes(new Uint8Array(16).fill(byte)),
  blind: secretFromBytes(new Uint8Array(16).fill(byte)),
})
const changedSignature = (jws: string): string => `${jws.slice(0, -4)}${jws.endsWith('AAAA') ? 'BBBA' : 'AAAA'}`

describe('storing many licenses', () => {
  it('stores several runs, each license with its key, and can use all of them', async () => {
    const licenses = many(1100)
    const runs = await all(licenses.map(incoming))
    expect(total(runs)).toEqual({ stored: 1100, held: 0, refused: [] })
    expect(runs.map(({ first }) => first)).toEqual([0, 1024])
    for (const { keyId } of [licenses[0], licenses[1023], licenses[1099]].flatMap((one) => one ?? [])) {
      expect(await succeed(queryLicense(home)({ keyId, action: 'Play' }))).toMatchObject({ allowed: true, bits: 0 })
    }
    expect((await succeed(verifyLog(home.log, home.logId))).events).toBeGreaterThan(1100)
  })

  it('refuses what one by one is refused, by name and number, and stores the rest', async () => {
    const [first, second, third, fourth] = many(4).map(incoming)
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error('four')
    const stranger = testIssuer().license()
    const runs = await all([
      first,
      incoming(stranger),
      { ...second, document: changedSignature(second.document) },
      { ...third, content: blockOf(7) },
      { document: 'no document', content: blockOf(7) },
      { document: fourth.document },
      second,
    ])
    expect(total(runs)).toEqual({
      stored: 2,
      held: 0,
      refused: ['1 LicenseIssuerUnknown', '2 LicenseSignatureInvalid', '3 KeyMismatch', '4 LicenseMalformed', '5 BadInput'],
    })
    expect(await succeed(listLicenses(home))).toHaveLength(2)
  })

  it('leaves what is held, and tells another document of the same name', async () => {
    const [held, fresh] = many(2)
    if (held === undefined || fresh === undefined) throw new Error('two')
    await succeed(storeTestLicense(home)(held))
    const other = issuer.license({ lid: held.lid, keyId: held.keyId })
    const twice = issuer.license({ lid: fresh.lid, keyId: fresh.keyId })
    const runs = await all([held, fresh, fresh, other, twice].map(incoming))
    expect(total(runs)).toEqual({ stored: 1, held: 2, refused: ['3 LicenseExists', '4 LicenseExists'] })
  })

  it('LI-56: takes a leaf without a key of its own, in one run with its root', async () => {
    const root = issuer.license({ members: { chain: { role: 'root' } } })
    const leaf = issuer.license({ root })
    expect(total(await all([incoming(root), { document: leaf.document }]))).toEqual({ stored: 2, held: 0, refused: [] })
    expect(await succeed(queryLicense(home)({ keyId: leaf.keyId, action: 'Play' }))).toMatchObject({ allowed: true })
  })

  it('is cold, and asks for two runs ahead at most', async () => {
    let asked = 0
    function* endless(): Generator<IncomingLicense> {
      for (;;) {
        asked += 1
        yield incoming(issuer.license())
      }
    }
    const storing$ = storeLicenses(home)(endless())
    expect(asked).toBe(0)
    const [run] = await lastValueFrom(storing$.pipe(take(1), toArray()))
    expect(run).toMatchObject({ first: 0, stored: 1024 })
    expect(asked).toBeLessThanOrEqual(3 * 1024)
  })

  it('answers a store that went away with its fault', async () => {
    const licenses = many(3).map(incoming)
    const storing$ = storeLicenses(home)(licenses)
    home.store.close()
    await expect(lastValueFrom(storing$)).rejects.toMatchObject({ fault: { type: 'StoreUnavailable' } })
  })

  it('stores the same as one by one: state, rows and events', async () => {
    const licenses = many(20)
    const single = await place.open(`${place.directory}-single`)
    await succeed(trustIssuer(single)(issuer.jwk))
    for (const license of licenses) await succeed(storeTestLicense(single)(license))
    await all(licenses.map(incoming))
    const told = async (one: Home) => (await succeed(listLicenses(one))).map(({ issuer: by, lid, keyId, jws }) => ({ by, lid, keyId, jws }))
    expect(await told(home)).toEqual(await told(single))
  })
})
