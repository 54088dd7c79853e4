import * as TE from 'fp-ts/TaskEither'
import { EMPTY, lastValueFrom, toArray } from 'rxjs'

import type { Home } from '../home/home'
import { protectLicense } from '../home/protect-license'
import { succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import type { KeyId } from '../identity/key-id'
import { timestampFromMicros } from '../license/timestamp'
import { acceptClock, attestClock } from './accept-clock'
import { heldLicenses } from './held-licenses'
import { observeClock } from './observe-clock'
import { queryLicense } from './query-license'
import { licensesByKey } from './stored-licenses'
import { storeTestLicense } from './testing/store-test-license'
import { testIssuer, type TestIssuer } from './testing/test-issuer'
import { trustIssuer } from './trust-issuer'

const HOUR = 3600
const SECOND = 1_000_000
const SET_BACK = { type: 'set-back', acceptedFor: null }

describe('R13: a clock that is set back', () => {
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

  /** The time in an hour, as a document says it. */
  const inAnHour = () => timestampFromMicros(place.clock.now() + HOUR * SECOND)
  const ending = (members: object = {}) => ({ rights: [{ action: 'Play', windows: [{ until: inAnHour() }] }], ...members })
  const add = async (members: object): Promise<KeyId> => {
    const license = issuer.license({ members })
    await succeed(storeTestLicense(home)(license))
    return license.keyId
  }
  const ask = (keyId: KeyId, by = home) => succeed(queryLicense(by)({ keyId, action: 'Play' }))
  const clockEvents = async () => {
    const events = await lastValueFrom(home.store.read('clock').pipe(toArray()))
    return events.map(({ type }) => type)
  }

  it('refuses rights with an end until the time is right again; others work', async () => {
    const [limited, free] = [await add(ending()), await add({})]
    place.clock.advance(-HOUR)
    expect(await ask(limited)).toMatchObject({ allowed: false, bits: 0x401, refusals: [{ reason: 'ClockUntrusted', rule: 'R13' }] })
    expect(await ask(free)).toMatchObject({ allowed: true })
    place.clock.advance(HOUR)
    expect(await ask(limited)).toMatchObject({ allowed: true })
    expect(await clockEvents()).toEqual(['ClockSetBack', 'ClockReanchored'])
  })

  it('is told once, by whichever process sees it first', async () => {
    const other = await place.open()
    place.clock.advance(-HOUR)
    await Promise.all([home, other, home].map((by) => succeed(observeClock(by))))
    place.clock.advance(60)
    expect(await succeed(observeClock(other))).toEqual(SET_BACK)
    expect(await clockEvents()).toEqual(['ClockSetBack'])
  })

  it('goes unnoticed up to 120 seconds', async () => {
    const limited = await add(ending())
    place.clock.advance(-120)
    expect(await ask(limited)).toMatchObject({ allowed: true })
    expect(await clockEvents()).toEqual([])
  })

  it('twin: where nobody looks at the clock, an ended right comes to life again', async () => {
    const limited = await add(ending())
    place.clock.advance(2 * HOUR)
    await succeed(protectLicense(home)({ conditions: { rights: [{ action: 'Play' }] } }))
    expect(await ask(limited)).toMatchObject({ allowed: false, refusals: [{ reason: 'Expired' }] })
    place.clock.advance(-2 * HOUR)
    const unseeing: Home = {
      ...home,
      store: { ...home.store, head: () => TE.right({ position: 0, hash: '', time: 0 }) },
      log: { ...home.log, records: () => EMPTY },
    }
    expect(await ask(limited, unseeing)).toMatchObject({ allowed: true })
    expect(await ask(limited)).toMatchObject({ allowed: false, refusals: [{ reason: 'ClockUntrusted' }] })
  })

  it('may be accepted by the owner, for licenses of his own alone, and until it is set back once more', async () => {
    const foreign = await add(ending())
    const conditions = { rights: [{ action: 'Play' as const, windows: [{ until: inAnHour() }] }] }
    const { keyId: own, issuer: ownIssuer } = await succeed(protectLicense(home)({ conditions }))
    expect((await succeed(acceptClock(home))).refusal).toEqual({ type: 'ClockBelieved' })
    place.clock.advance(-HOUR)
    const { clock, refusal } = await succeed(acceptClock(home))
    expect([clock.standing, refusal]).toEqual([{ type: 'set-back', acceptedFor: ownIssuer }, null])
    expect(await ask(own)).toMatchObject({ allowed: true })
    expect(await ask(foreign)).toMatchObject({ allowed: false, refusals: [{ reason: 'ClockUntrusted' }] })
    place.clock.advance(60)
    expect(await ask(own)).toMatchObject({ allowed: true })
    place.clock.advance(-HOUR)
    expect(await ask(own)).toMatchObject({ allowed: false })
    expect(await clockEvents()).toEqual(['ClockSetBack', 'ClockAccepted', 'ClockSetBack'])
  })

  it('is right again by a signed time, also after a clock that ran ahead', async () => {
    const limited = await add(ending())
    place.clock.advance(86_400)
    await add({})
    place.clock.advance(-86_400)
    expect(await ask(limited)).toMatchObject({ allowed: false, bits: 0x401 })
    const now = place.clock.now()
    expect((await succeed(attestClock(home)({ at: now + 121 * SECOND }))).refusal).toEqual({ type: 'ClockOff', by: -121 * SECOND })
    expect(await succeed(observeClock(home))).toEqual(SET_BACK)
    expect((await succeed(attestClock(home)({ at: now + SECOND }))).clock.standing).toEqual({ type: 'trusted' })
    expect(await ask(limited)).toMatchObject({ allowed: true })
    // What was written a day ahead counts no more, what is written from here on does.
    place.clock.advance(600)
    await add({})
    place.clock.advance(-300)
    expect(await succeed(observeClock(home))).toEqual(SET_BACK)
  })

  it('LI-6: a license that needs a secure clock gets one when a service vouches for it', async () => {
    const secure = await add({ requires: { clock: true } })
    expect(await ask(secure)).toMatchObject({ allowed: false, bits: 0x401 })
    await succeed(attestClock(home)({ at: place.clock.now() }))
    expect(await ask(secure)).toMatchObject({ allowed: true })
    place.clock.advance(-HOUR)
    expect(await ask(secure)).toMatchObject({ allowed: false })
  })

  describe('LI-21', () => {
    it('leaves the license alone by default, disables or deletes it where it says so, in the same append', async () => {
      const none = await add(ending())
      const disabled = await add(ending({ clockSetBack: 'disable' }))
      const deleted = await add(ending({ clockSetBack: 'delete' }))
      const endless = await add({ clockSetBack: 'delete' })
      const envelope = async (keyId: KeyId) => {
        const [license] = await succeed(licensesByKey(home)(keyId))
        return license && `license/${license.issuer}/${license.lid}`
      }
      const key = (await envelope(deleted)) ?? ''
      const before = (await lastValueFrom(home.store.readAll().pipe(toArray()))).length
      place.clock.advance(-HOUR)
      expect(await succeed(observeClock(home))).toEqual(SET_BACK)
      const events = (await lastValueFrom(home.store.readAll(before).pipe(toArray()))).map(({ type, time }) => ({ type, time }))
      expect(events.map(({ type }) => type).sort()).toEqual(['ClockSetBack', 'LicenseDeleted', 'LicenseDisabled'])
      expect(new Set(events.map(({ time }) => time)).size).toBe(1)
      expect(await succeed(home.store.state('key-envelope', key))).toBeUndefined()
      place.clock.advance(HOUR)
      expect(await ask(none)).toMatchObject({ allowed: true })
      expect(await ask(disabled)).toMatchObject({ allowed: false, refusals: [{ reason: 'LicenseDisabled' }] })
      expect(await ask(deleted)).toMatchObject({ allowed: false, refusals: [{ reason: 'NoLicense' }] })
      expect(await ask(endless)).toMatchObject({ allowed: true })
    })

    it('acts once for each set back, and a new document ends it', async () => {
      const license = issuer.license({ members: ending({ clockSetBack: 'disable' }) })
      const { keyId, lid } = license
      await succeed(storeTestLicense(home)(license))
      for (let turn = 0; turn < 2; turn += 1) {
        place.clock.advance(-HOUR)
        await succeed(observeClock(home))
        place.clock.advance(HOUR)
        await succeed(observeClock(home))
      }
      expect(await ask(keyId)).toMatchObject({ allowed: false })
      await succeed(storeTestLicense(home)(license))
      expect(await ask(keyId)).toMatchObject({ allowed: false })
      await succeed(storeTestLicense(home)(issuer.license({ keyId, lid, members: ending({ clockSetBack: 'disable' }) })))
      expect(await ask(keyId)).toMatchObject({ allowed: true })
      const [held] = (await succeed(heldLicenses(home)(keyId))).licenses
      expect(held?.state.standing).toBe('held')
    })
  })
})
