import { filter, firstValueFrom, lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { LicenseId } from '../identity/license-id'
import { timestampFromMicros } from '../license/timestamp'
import { cleanLicenseStore } from './clean-license-store'
import { deleteLicense, deleteTemporaryLicenses, markForPurge } from './delete-license'
import { indexKey, LICENSE_INDEX } from './license-index'
import { canPersistLicense, persistLicense } from './persist-license'
import { queryLicense } from './query-license'
import { reserveUse } from './reserve-use'
import { licensesByLid } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer, type TestLicense } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'
import { returnUse, stepUse } from './use-step'

const HOUR = 3600
const temporary = { persist: 'temporary' }
const savable = { persist: 'savable' }
const once = { rights: [{ action: 'Play', windows: [{ count: 1 }] }] }

describe('the license store', () => {
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

  const add = async (members: object = {}, more: object = {}): Promise<TestLicense> => {
    const license = issuer.license({ members, ...more })
    await succeed(storeTestLicense(home)(license))
    return license
  }
  const play = async ({ keyId }: Pick<TestLicense, 'keyId'>) =>
    (await succeed(queryLicense(home)({ keyId, action: 'Play' }))).allowed
  const has = async ({ lid }: Pick<TestLicense, 'lid'>) => (await succeed(licensesByLid(home)(lid))).length > 0
  const envelope = ({ lid }: TestLicense) => succeed(home.store.state('key-envelope', `license/${issuer.id}/${lid}`))
  const generation = async (license: TestLicense) => (await envelope(license))?.[4]
  const inAnHour = () => timestampFromMicros(place.clock.now() + HOUR * 1_000_000)
  const ending = () => ({ rights: [{ action: 'Play', windows: [{ until: inAnHour() }] }] })
  const events = async (stream: string) => {
    const stored = await lastValueFrom(home.store.read(stream).pipe(toArray()))
    return stored.map(({ type, data }) => ({ type, ...(data as object) }))
  }

  describe('deleting', () => {
    it('LI-44: removes a temporary license with its key; a permanent one of somebody else stays', async () => {
      const [brief, lasting] = [await add(temporary), await add()]
      await succeed(deleteLicense(home)({ lid: brief.lid }))
      expect([await has(brief), await envelope(brief), await play(brief)]).toEqual([false, undefined, false])
      expect(await fail(deleteLicense(home)({ lid: lasting.lid }))).toEqual({ type: 'LicensePermanent', lid: lasting.lid })
      expect(await play(lasting)).toBe(true)
    })

    it('LI-44, decision: force removes it all the same and is recorded; the owner’s own needs none', async () => {
      const lasting = await add()
      await succeed(deleteLicense(home)({ lid: lasting.lid, force: true }))
      expect(await envelope(lasting)).toBeUndefined()
      expect((await events(`license-${issuer.id}-${lasting.lid}`)).at(-1)).toMatchObject({ type: 'LicenseDeleted', why: 'forced' })
      const own = await succeed(protectLicense(home)({ conditions: { rights: [{ action: 'Play' }] } }))
      await succeed(deleteLicense(home)({ lid: own.lid }))
      expect((await events(`license-${own.issuer}-${own.lid}`)).at(-1)).toMatchObject({ type: 'LicenseDeleted', why: 'owner' })
      expect(await play(own)).toBe(false)
    })

    it('LI-44: by key ID it reaches the temporary store only', async () => {
      const brief = await add(temporary)
      const { keyId } = brief
      const lasting = await add({}, { keyId })
      await succeed(deleteTemporaryLicenses(home)({ keyId, when: 'now' }))
      expect([await has(brief), await has(lasting)]).toEqual([false, true])
      expect(await fail(deleteTemporaryLicenses(home)({ keyId, when: 'now' }))).toEqual({ type: 'LicenseUnknown', lid: keyId })
    })

    it('LI-45: what is marked is there, and usable (decision), until the store is cleaned', async () => {
      const [brief, other] = [await add(temporary), await add(temporary)]
      await succeed(markForPurge(home)({ lid: brief.lid }))
      await succeed(deleteTemporaryLicenses(home)({ keyId: other.keyId, when: 'at-cleaning' }))
      expect(await Promise.all([has(brief), has(other), play(brief), play(other)])).toEqual([true, true, true, true])
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 2, temporaryStore: true })
      expect(await Promise.all([has(brief), has(other), envelope(brief)])).toEqual([false, false, undefined])
    })

    it('LI-46: what is not there is unknown, and stays so when it is deleted twice', async () => {
      const lid = '018f4b3e-0000-7000-8000-000000000001' as LicenseId
      for (const command of [deleteLicense, markForPurge, persistLicense]) {
        expect(await fail(command(home)({ lid }))).toEqual({ type: 'LicenseUnknown', lid })
      }
      expect(await fail(canPersistLicense(home)({ lid }))).toEqual({ type: 'LicenseUnknown', lid })
      const brief = await add(temporary)
      await succeed(deleteLicense(home)({ lid: brief.lid }))
      expect(await fail(deleteLicense(home)({ lid: brief.lid }))).toEqual({ type: 'LicenseUnknown', lid: brief.lid })
    })

    it('asks for the issuer where two use one license id', async () => {
      const brief = await add(temporary)
      const stranger = testIssuer()
      await succeed(trustIssuer(home)(stranger.jwk))
      await succeed(storeTestLicense(home)(stranger.license({ lid: brief.lid, members: temporary })))
      expect(await fail(deleteLicense(home)({ lid: brief.lid }))).toMatchObject({ type: 'LicenseAmbiguous' })
      await succeed(deleteLicense(home)({ lid: brief.lid, issuer: stranger.id }))
      expect(await succeed(licensesByLid(home)(brief.lid))).toMatchObject([{ issuer: issuer.id }])
    })

    it('R12: a license that is deleted and added again has no count more', async () => {
      const license = await add({ ...temporary, ...once })
      const answer = await succeed(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))
      if (answer.type !== 'Reserved') throw new Error(answer.type)
      await succeed(stepUse(home, { type: 'ReleaseKey', useId: answer.useId, grantId: 'grant', keyIds: [] }))
      await succeed(deleteLicense(home)({ lid: license.lid }))
      await succeed(storeTestLicense(home)(license))
      expect([await has(license), await play(license)]).toEqual([true, false])
    })
  })

  describe('making permanent', () => {
    it('LI-43: works on a savable license of the temporary store, after which it is deleted as permanent ones are', async () => {
      const license = await add(savable)
      expect(await succeed(canPersistLicense(home)({ lid: license.lid }))).toBe(true)
      await succeed(persistLicense(home)({ lid: license.lid }))
      expect(await succeed(canPersistLicense(home)({ lid: license.lid }))).toBe(false)
      expect(await fail(persistLicense(home)({ lid: license.lid }))).toEqual({ type: 'LicenseNotSavable', lid: license.lid })
      expect(await fail(deleteLicense(home)({ lid: license.lid }))).toMatchObject({ type: 'LicensePermanent' })
      expect(await play(license)).toBe(true)
    })

    it('LI-43: fails on permanent licenses and on temporary ones that may not be saved', async () => {
      for (const license of [await add(), await add(temporary)]) {
        expect(await succeed(canPersistLicense(home)({ lid: license.lid }))).toBe(false)
        expect(await fail(persistLicense(home)({ lid: license.lid }))).toEqual({ type: 'LicenseNotSavable', lid: license.lid })
      }
    })

    it('LI-39, decision: the key of a temporary license never lies under a vault key that is backed up', async () => {
      const rights = [{ action: 'Play' }, { action: 'Backup' }]
      const [lasting, brief, kept] = [await add({ rights }), await add({ ...temporary, rights }), await add({ ...savable, rights })]
      expect(await Promise.all([lasting, brief, kept].map(generation))).toEqual([1, 2, 2])
      await succeed(persistLicense(home)({ lid: kept.lid }))
      expect(await generation(kept)).toBe(1)
      expect(await succeed(reserveUse(home)({ keyId: kept.keyId, action: 'Play' }))).toMatchObject({ type: 'Reserved' })
    })
  })

  describe('cleaning', () => {
    it('LI-19: removes licenses that are spent or at their end, with their keys, and no others', async () => {
      const [spent, over, counted, free] = [await add(once), await add(ending()), await add(once), await add()]
      const answer = await succeed(reserveUse(home)({ keyId: spent.keyId, action: 'Play' }))
      if (answer.type !== 'Reserved') throw new Error(answer.type)
      place.clock.advance(2 * HOUR)
      // The use may still come back, and the count with it.
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 1, temporaryStore: false })
      expect(await Promise.all([spent, over, counted, free].map(has))).toEqual([true, false, true, true])
      await succeed(stepUse(home, { type: 'ReleaseKey', useId: answer.useId, grantId: 'grant', keyIds: [] }))
      expect(await succeed(cleanLicenseStore(home))).toMatchObject({ removed: 1 })
      expect(await Promise.all([spent, counted, free].map(has))).toEqual([false, true, true])
      expect([await envelope(spent), await envelope(over)]).toEqual([undefined, undefined])
    })

    it('LI-19: a use that came back keeps the license', async () => {
      const license = await add(once)
      const answer = await succeed(reserveUse(home)({ keyId: license.keyId, action: 'Play' }))
      if (answer.type !== 'Reserved') throw new Error(answer.type)
      await succeed(returnUse(home, answer.useId, 'cancelled'))
      expect(await succeed(cleanLicenseStore(home))).toMatchObject({ removed: 0 })
    })

    it('LI-47: removes temporary licenses that are disabled; a permanent one waits for its new document', async () => {
      const disabling = { ...ending(), clockSetBack: 'disable' }
      const [brief, lasting] = [await add({ ...disabling, ...temporary }), await add(disabling)]
      place.clock.advance(-HOUR)
      await play(brief)
      place.clock.advance(HOUR)
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 1, temporaryStore: true })
      expect([await has(brief), await has(lasting)]).toEqual([false, true])
    })

    it('LI-47: tells the end, and says when there is no temporary store', async () => {
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 0, temporaryStore: false })
      expect(await events('license-store')).toEqual([{ type: 'LicenseStoreCleaned', removed: 0 }])
    })

    it('LI-47: removes what is unusable or marked, and tells the end once it is all gone', async () => {
      const [spent, over, marked] = [await add({ ...temporary, ...once }), await add({ ...temporary, ...ending() }), await add(savable)]
      const [usable, lasting] = [await add(temporary), await add()]
      const answer = await succeed(reserveUse(home)({ keyId: spent.keyId, action: 'Play' }))
      if (answer.type !== 'Reserved') throw new Error(answer.type)
      await succeed(stepUse(home, { type: 'ReleaseKey', useId: answer.useId, grantId: 'grant', keyIds: [] }))
      await succeed(markForPurge(home)({ lid: marked.lid }))
      place.clock.advance(2 * HOUR)
      const told = firstValueFrom(home.store.follow().pipe(filter(({ type }) => type === 'LicenseStoreCleaned')))
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 3, temporaryStore: true })
      expect(await told).toMatchObject({ data: { removed: 3 } })
      expect(await Promise.all([spent, over, marked, usable, lasting].map(has))).toEqual([false, false, false, true, true])
      expect(await Promise.all([spent, over, marked].map(envelope))).toEqual([undefined, undefined, undefined])
      expect(await Promise.all([usable, lasting].map(play))).toEqual([true, true])
      const types = (await lastValueFrom(home.store.readAll().pipe(toArray()))).map(({ type }) => type)
      expect(types.slice(-4)).toEqual([...Array<string>(3).fill('LicenseDeleted'), 'LicenseStoreCleaned'])
    })

    it('goes through more licenses than one run holds', async () => {
      for (let count = 0; count < 300; count += 1) await add(temporary)
      const all = await lastValueFrom(home.store.scan(LICENSE_INDEX, indexKey.temporary).pipe(toArray()))
      expect(all).toHaveLength(300)
      place.clock.advance(1)
      for (const { id } of all) await succeed(markForPurge(home)({ lid: id.split('/')[1] as LicenseId }))
      expect(await succeed(cleanLicenseStore(home))).toEqual({ removed: 300, temporaryStore: true })
      expect(await lastValueFrom(home.store.scan(LICENSE_INDEX, indexKey.temporary).pipe(toArray()))).toEqual([])
    }, 60_000)
  })
})
