import { lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { cleanLicenseStore } from './clean-license-store'
import { deleteLicense, markForPurge } from './delete-license'
import { indexKey, LICENSE_INDEX, LIVE_LICENSES } from './license-index'
import { persistLicense } from './persist-license'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

const MOST_BYTES_OF_A_ROW = 400

describe('the read models of licenses', () => {
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

  const add = async (members: object = {}): Promise<TestLicense> => {
    const license = issuer.license({ members })
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const under = async (key: string, model = LICENSE_INDEX) => {
    const rows = await succeed(home.store.lookUp(model, key))
    return rows.map(({ id }) => id.split('/')[1])
  }

  it('follow a license from the temporary store out of the vault and in again', async () => {
    const license = await add({ persist: 'savable', rights: [{ action: 'Play', windows: [{ count: 2 }] }] })
    const { lid, keyId } = license
    const places = async () => ({
      live: await under(keyId, LIVE_LICENSES),
      former: await under(indexKey.former(keyId)),
      temporary: await under(indexKey.temporary),
      marked: await under(indexKey.marked),
    })
    const stored = { live: [lid], former: [], temporary: [lid], marked: [] }
    expect(await places()).toEqual(stored)
    await succeed(markForPurge(home)({ lid }))
    expect(await places()).toEqual({ ...stored, marked: [lid] })
    await succeed(cleanLicenseStore(home))
    const gone = { live: [], former: [lid], temporary: [], marked: [] }
    expect(await places()).toEqual(gone)
    await succeed(storeTestLicense(home)(license))
    expect(await places()).toEqual(stored)
    await succeed(persistLicense(home)({ lid }))
    expect(await places()).toEqual({ ...stored, temporary: [] })
    await succeed(deleteLicense(home)({ lid, force: true }))
    expect(await places()).toEqual(gone)
  })

  it('say of a license in the vault whether counts, dates or hours can end it', async () => {
    const ends = async ({ keyId }: TestLicense) => (await succeed(home.store.lookUp(LIVE_LICENSES, keyId))).map(({ value }) => value)
    expect(await ends(await add({ rights: [{ action: 'Play' }] }))).toEqual([{ ends: false }])
    expect(await ends(await add({ rights: [{ action: 'Play', windows: [{ count: 2 }] }] }))).toEqual([{ ends: true }])
  })

  it('name each issuer once whose licenses came in, also when they are gone', async () => {
    const { lid } = await add({ persist: 'temporary' })
    await add()
    await succeed(deleteLicense(home)({ lid }))
    const rows = await succeed(home.store.lookUp(LICENSE_INDEX, indexKey.issuers))
    expect(rows.map(({ id }) => id)).toEqual([issuer.id])
  })

  it('hold no document: a row stays small however large the license is', async () => {
    const inclusion = Array.from({ length: 200 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`)
    await add({ inclusion, revocable: { key: issuer.id, uid: 'u'.repeat(100) }, persist: 'temporary' })
    for (const model of [LIVE_LICENSES, LICENSE_INDEX]) {
      const rows = await lastValueFrom(home.log.modelRows(model).pipe(toArray()))
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) expect(JSON.stringify(row).length).toBeLessThan(MOST_BYTES_OF_A_ROW)
    }
  })

})
