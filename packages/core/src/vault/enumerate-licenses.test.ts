import { createPublicKey, type KeyObject } from 'node:crypto'
import { firstValueFrom, lastValueFrom, materialize, toArray } from 'rxjs'

import { testKey } from '../certificate/testing/authority'
import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { timestampFromMicros } from '../license/timestamp'
import { issueRevocationInformation } from '../revocation/issue-revocation'
import { storeRevocationData } from '../revocation/store-revocation-data'
import { deleteLicense } from './delete-license'
import { enumerateLicenses, type LicenseFilter } from './enumerate-licenses'
import { licenseProperties } from './license-properties'
import { licensesByKey } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

describe('enumerating licenses', () => {
  let place: TemporaryPlace
  let root: KeyObject
  let home: Home
  let issuer: TestIssuer
  beforeEach(async () => {
    place = temporaryPlace()
    root = testKey()
    home = await place.open(place.directory, { authorityRoot: createPublicKey(root) })
    issuer = testIssuer()
    await succeed(trustIssuer(home)(issuer.jwk))
  })
  afterEach(() => place.remove())

  const add = async (members: object = {}, more: object = {}): Promise<TestLicense> => {
    const license = issuer.license({ members, ...more })
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const lids = async (wanted?: LicenseFilter) => {
    const found = await lastValueFrom(enumerateLicenses(home)(wanted).pipe(toArray()))
    return found.map(({ lid }) => lid).sort()
  }
  const rights = (...actions: ReadonlyArray<string>) => ({ rights: actions.map((action) => ({ action })) })

  it('LI-40: filters by version, key ID, all listed rights, and allowed source ids', async () => {
    const plain = await add(rights('Play'), { keyId: 'ab'.repeat(16) })
    const both = await add({ ...rights('Play', 'Copy'), sourceId: 'radio' }, { keyId: plain.keyId })
    const other = await add({ ...rights('Copy'), sourceId: 'shop' })
    const all = [plain.lid, both.lid, other.lid].sort()
    const cases: ReadonlyArray<readonly [LicenseFilter, ReadonlyArray<string>]> = [
      [{}, all],
      [{ minimumVersion: 1 }, all],
      [{ minimumVersion: 2 }, []],
      [{ keyId: plain.keyId }, [plain.lid, both.lid]],
      [{ rights: ['Play'] }, [plain.lid, both.lid]],
      [{ rights: ['Play', 'Copy'] }, [both.lid]],
      [{ rights: [] }, all],
      [{ sourceIds: ['shop', 'radio'] }, [both.lid, other.lid]],
      [{ sourceIds: [] }, []],
      [{ keyId: plain.keyId, rights: ['Copy'], sourceIds: ['shop'] }, []],
    ]
    for (const [wanted, expected] of cases) expect(await lids(wanted)).toEqual([...expected].sort())
  })

  it('LI-40: stands on the first match at once', async () => {
    const license = await add()
    expect((await firstValueFrom(enumerateLicenses(home)())).lid).toBe(license.lid)
  })

  it('LI-41: ends after the last, and a second subscription begins at the first again', async () => {
    const licenses$ = enumerateLicenses(home)()
    expect(await lastValueFrom(licenses$.pipe(toArray()))).toEqual([])
    const first = await add()
    const ended = await lastValueFrom(licenses$.pipe(materialize(), toArray()))
    expect(ended.map(({ kind }) => kind)).toEqual(['N', 'C'])
    await add()
    const again = await lastValueFrom(licenses$.pipe(toArray()))
    expect(again).toHaveLength(2)
    expect(again.map(({ lid }) => lid)).toContain(first.lid)
  })

  it('is cold, and reads no further than somebody listens', async () => {
    for (let count = 0; count < 3; count += 1) await add()
    let reads = 0
    const counted: Home = {
      ...home,
      store: {
        ...home.store,
        read: (...place_) => {
          reads += 1
          return home.store.read(...place_)
        },
      },
    }
    const licenses$ = enumerateLicenses(counted)()
    expect(reads).toBe(0)
    await firstValueFrom(licenses$)
    expect(reads).toBeLessThan(3)
  })

  it('leaves out what was deleted', async () => {
    const [kept, gone] = [await add(), await add({ persist: 'temporary' })]
    await succeed(deleteLicense(home)({ lid: gone.lid }))
    expect(await lids()).toEqual([kept.lid])
    expect(await lids({ keyId: gone.keyId })).toEqual([])
  })

  it('LI-42, RV-8: fails at a license that needs newer revocation data, and works after a refresh', async () => {
    const license = await add({ requires: { revocation: '10' } })
    const tooOld = (stored: string | null) => ({ fault: { type: 'RevocationTooOld', stored, least: '10' } })
    await expect(lids()).rejects.toMatchObject(tooOld(null))
    const refresh = (version: string) => {
      const [issued, nextUpdate] = [0, 3600].map((seconds) => timestampFromMicros(place.clock.now() + seconds * 1_000_000))
      if (issued === undefined || nextUpdate === undefined) throw new Error('no time')
      return succeed(storeRevocationData(home)(issueRevocationInformation(root, { version, issued, nextUpdate, lists: [] })))
    }
    await refresh('9')
    await expect(lids()).rejects.toMatchObject(tooOld('9'))
    await expect(lids({ keyId: license.keyId })).rejects.toMatchObject(tooOld('9'))
    expect(await lids({ rights: ['Copy'] })).toEqual([])
    // As numbers: 10 is newer than 9 (RV-3).
    await refresh('10')
    expect(await lids()).toEqual([license.lid])
  })

  it('tells the properties of a license under the platform’s names', async () => {
    const top = await add({ chain: { role: 'root' } })
    const members = { priority: 7, sourceId: 'radio', requires: { audioPath: 2, revocation: '3' } }
    const leaf = await add(members, { root: top })
    const found = await lastValueFrom(enumerateLicenses(home)({ keyId: top.keyId }).pipe(toArray()))
    expect(found.map(licenseProperties)).toEqual([
      {
        SAPLEVEL: 0,
        SAPRequired: false,
        SOURCEID: null,
        PRIORITY: 0,
        ISSUEDATE: '2026-01-01T00:00:00Z',
        UplinkID: null,
        REVINFOVERSION: null,
      },
    ])
    expect((await succeed(licensesByKey(home)(leaf.keyId))).map(licenseProperties)).toMatchObject([
      { SAPLEVEL: 2, SAPRequired: true, SOURCEID: 'radio', PRIORITY: 7, UplinkID: top.keyId, REVINFOVERSION: '3' },
    ])
  })
})
