import { lastValueFrom, toArray } from 'rxjs'

import { b64u } from '../encoding/b64u'
import { sha256 } from '../encoding/sha256'
import { utf8 } from '../encoding/utf8'
import type { StoredEvent } from '../event/stored-event'
import type { Home } from '../home/home'
import { fail, succeed, temporaryPlace, type TemporaryPlace } from '../home/testing/temporary-home'
import { renewComponents } from '../individualization/renew-components'
import { farSide, type FarSide } from '../individualization/testing/far-side'
import { answering, individualized, quickClient, typesOf } from '../individualization/testing/individualized-home'
import { timestampFromMicros } from '../license/timestamp'
import { refreshRevocation } from './refresh-revocation'
import { signedInformation, signedList } from './testing/revocation-data'
import { informationVersion, isListed } from './revocation-state'
import { revocationState } from './stored-revocation'

const REVOKED = `${'R'.repeat(42)}A`

describe('refresh of revocation data', () => {
  let place: TemporaryPlace
  let home: Home
  let far: FarSide
  beforeEach(async () => {
    place = temporaryPlace()
    home = await place.open()
    far = farSide(place.clock)
    far.settings.enablers = [
      { thumbprint: REVOKED, type: 'page', url: 'https://example.org/update/player', bytes: 7 },
      { thumbprint: REVOKED, type: 'page', url: 'https://elsewhere.example/update', bytes: 8 },
      { thumbprint: REVOKED, type: 'page', url: 'file:///etc/passwd', bytes: 9 },
    ]
    await individualized(home, far)
    far.requests.length = 0
  })
  afterEach(() => place.remove())

  const env = (consent = answering('given')) => ({ home, client: quickClient(far, home), service: 'individualization' as const, consent })
  const refresh = (): Promise<ReadonlyArray<StoredEvent>> => lastValueFrom(refreshRevocation(env())({ by: 'prompt' }).pipe(toArray()))
  const serve = (version: string, entries: string[] = []): void => {
    const times = { issued: now(), nextUpdate: now(3_600_000_000) }
    const list = signedList(far.root, { version: version, entries: entries, ...times })
    const digest = b64u(sha256(utf8(list.slice(0, list.lastIndexOf('.')))))
    const information = signedInformation(far.root, version, [{ kind: 'application', version, digest }] as never)
    far.settings.revocation = { information, lists: [list], certificates: [] }
  }
  const now = (shift = 0) => timestampFromMicros(place.clock.now() + shift)
  const version = async () => informationVersion(await succeed(revocationState(home)))

  it('RV-9, RV-14: stores what is newer on this computer and says that it ended', async () => {
    serve('2', [REVOKED])
    const events = await refresh()
    expect(typesOf(events)).toEqual([
      'RevocationRefreshBegun',
      'RevocationListStored',
      'RevocationInformationStored',
      'RevocationRefreshEnded',
    ])
    expect(events[0]?.data).toMatchObject({ by: 'prompt' })
    expect(events.at(-1)?.data).toMatchObject({ version: '2' })
    expect(isListed(await succeed(revocationState(home)), 'application', [REVOKED])).toBe(true)
    expect(typesOf(await refresh())).toEqual(['RevocationRefreshBegun', 'RevocationRefreshEnded'])
    expect(far.requests.map(({ path, headers, body }) => [path, headers, body])).toEqual([
      ['/v1/revocation', {}, undefined],
      ['/v1/revocation', {}, undefined],
    ])
  })

  it('RV-13: a malformed list and a lower version end it as failed, and what was stored stays in force', async () => {
    serve('3')
    await refresh()
    serve('2')
    expect((await refresh()).at(-1)).toMatchObject({ type: 'RevocationRefreshFailed', data: { fault: 'RevocationRolledBack' } })
    far.settings.revocation = { information: 'x.y.z', lists: ['x.y.z'], certificates: [] }
    expect((await refresh()).at(-1)).toMatchObject({ type: 'RevocationRefreshFailed', data: { fault: 'RevocationMalformed' } })
    expect(await version()).toBe('3')
  })

  it('a service that is away ends it as failed', async () => {
    far.settings.onRequest = () => {
      throw new Error('no line')
    }
    expect((await refresh()).at(-1)).toMatchObject({ type: 'RevocationRefreshFailed', data: { fault: 'ServiceUnavailable' } })
  })

  it('RV-5, RV-6, RV-11, RV-12: needed version, refresh, check, enablers, and consent before any address is told', async () => {
    serve('2', [REVOKED])
    const consent = answering('given')
    const certificates = [{ kind: 'application', thumbprint: REVOKED }] as const
    const renewal = await succeed(renewComponents(env(consent))({ needed: '2', certificates }))
    expect(renewal).toEqual({
      type: 'Open',
      revoked: [REVOKED],
      enablers: { urls: ['https://example.org/update/player'], types: ['page'], sizes: [7] },
    })
    expect(consent.shown.map(({ kind }) => kind)).toEqual(['renew'])
    const declined = await succeed(renewComponents(env(answering('declined')))({ needed: '2', certificates }))
    expect(declined).toEqual({ type: 'Declined', revoked: [REVOKED] })
  })

  it('RV-6, RV-7: nothing revoked is told at once; what has no enabler cannot be renewed', async () => {
    const consent = answering('given')
    const clear = renewComponents(env(consent))({ needed: undefined, certificates: [{ kind: 'application', thumbprint: REVOKED }] })
    expect(await succeed(clear)).toEqual({ type: 'Clear', version: '1' })
    expect(far.requests).toEqual([])
    const other = `${'S'.repeat(42)}A`
    serve('2', [other])
    const hit = renewComponents(env(consent))({ needed: '2', certificates: [{ kind: 'application', thumbprint: other }] })
    expect(consent.shown).toEqual([])
    expect(await succeed(hit)).toEqual({ type: 'NotRenewable', revoked: [other] })
    expect(await succeed(hit)).toEqual({ type: 'NotRenewable', revoked: [other] })
    // Once, for the list that had to be fetched: nothing was to be opened.
    expect(consent.shown.map(({ kind }) => kind)).toEqual(['renew'])
  })

  it('RV-7, RV-8: the loop ends where the version stops rising', async () => {
    serve('5')
    const question = { needed: '9', certificates: [] }
    expect(await fail(renewComponents(env())(question))).toEqual({ type: 'RevocationTooOld', stored: '5', least: '9' })
    expect(far.requests).toHaveLength(2)
  })
})
