import { acquireLicense } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceTransport } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import { individualize, renewComponents } from '@custody/core/individualization'
import { restoreLicenses } from '@custody/core/restore'
import { refreshRevocation } from '@custody/core/revocation'
import type { Observable } from 'rxjs'

import { publishRevocation } from '../authority/publish-revocation'
import { succeed } from '../authority/testing/temporary-authority'
import { newKeyId } from '../license/testing/license-scene'
import { eventsOf, person, restoringScene, typesOf, version, type Person, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

const REVOKED = `${'R'.repeat(42)}A`
const ENABLER = { thumbprint: REVOKED, type: 'page', url: 'https://u.example/player', bytes: 7 }

/** A request as it left, with the consents that the log held by then. */
interface Left {
  readonly path: string
  readonly given: ReadonlyArray<string>
}

describe('no request leaves before consent is recorded', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    const urls = { privacy: 'https://p.example/', fraud: 'https://f.example/', update: 'https://u.example/' }
    scene = await restoringScene({ individualizationsADay: 50, urls }, { enablers: [ENABLER] })
    await scene.decide({ securityVersion: version('2.10'), individualizationsADay: 50 })
  })
  afterAll(() => scene.remove())

  const givenIn = async (home: Home): Promise<ReadonlyArray<string>> =>
    (await eventsOf(home.store.read('consent'))).flatMap(({ data }) => {
      const { kind, answer } = data as { readonly kind: string; readonly answer: string }
      return answer === 'given' ? [kind] : []
    })
  /** Looks into the log of the home at the moment of each request. */
  const watched = (home: Home) => {
    const left: Left[] = []
    const transport: ServiceTransport = {
      ...scene.transport,
      send: async (request, signal) => {
        left.push({ path: request.path, given: await givenIn(home) })
        return scene.transport.send(request, signal)
      },
    }
    return { left, transport }
  }
  const upgrade = (consent: Person, transport: ServiceTransport) => (home: Home): Observable<StoredEvent> =>
    individualize({ home, client: scene.client(transport), consent })({ forced: false })
  const of = (left: ReadonlyArray<Left>, service: string): ReadonlyArray<Left> => left.filter(({ path }) => path.includes(service))

  it('IN-12, P-8: of an individualization', async () => {
    const home = (await scene.computer('plain')).home()
    const { left, transport } = watched(home)
    await eventsOf(upgrade(person(), transport)(home))
    expect(left).toEqual([])
    await eventsOf(upgrade(person('individualize'), transport)(home))
    expect(left.length).toBeGreaterThan(2)
    expect(left.every(({ given }) => given.includes('individualize'))).toBe(true)
  })

  it('BR-34: of a restore, also after one that was declined', async () => {
    const home = (await scene.computer()).home()
    const { left, transport } = watched(home)
    const directory = await scene.set([scene.license()])
    const restore = (consent: Person) => eventsOf(restoreLicenses(scene.env(home, { consent }, transport))({ directory }))
    await restore(person())
    expect(left).toEqual([])
    await restore(person('restore'))
    expect(left.length).toBeGreaterThan(1)
    expect(left.every(({ given }) => given.includes('restore'))).toBe(true)
    const before = left.length
    await restore(person())
    expect(left).toHaveLength(before)
  })

  it('BR-35, BR-36: of an individualization inside a restore', async () => {
    await scene.decide({ securityVersion: version('2.11'), individualizationsADay: 50 })
    const strict = scene.license({ rights: [{ action: 'Play' }, { action: 'Backup' }], requires: { security: version('2.11') } })
    const directory = await scene.set([strict])
    await scene.decide({ securityVersion: version('2.10'), individualizationsADay: 50 })
    const home = (await scene.computer()).home()
    await scene.decide({ securityVersion: version('2.11'), individualizationsADay: 50 })
    const { left, transport } = watched(home)
    const restore = (consent: Person) =>
      eventsOf(
        restoreLicenses(scene.env(home, { consent, individualize: upgrade(consent, transport) }, transport))({
          directory,
          individualize: true,
        })
      )
    const declined = await restore(person('restore'))
    expect(typesOf(declined)).toContain('IndividualizationDeclined')
    expect(of(left, 'individualization')).toEqual([])
    expect(of(left, 'restore').every(({ given }) => given.includes('restore'))).toBe(true)
    const before = (await givenIn(home)).filter((kind) => kind === 'individualize').length
    await restore(person('restore', 'individualize'))
    const asked = of(left, 'individualization')
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.every(({ given }) => given.filter((kind) => kind === 'individualize').length === before + 1)).toBe(true)
  })

  it('IN-29: of an individualization inside an acquisition', async () => {
    const home = (await scene.computer('plain')).home()
    const { left, transport } = watched(home)
    const env = { home, client: () => scene.client(transport), wait: async () => undefined }
    const acquire = (consent: Person) =>
      eventsOf(
        acquireLicense({ ...env, individualize: upgrade(consent, transport) })({
          mode: 'silent',
          keyId: newKeyId(),
          url: 'http://inside.invalid',
          urlState: 'untrusted',
          individualize: true,
        })
      )
    await acquire(person())
    expect(left).toEqual([])
    await acquire(person('individualize'))
    expect(left.length).toBeGreaterThan(2)
    expect(left.every(({ given }) => given.includes('individualize'))).toBe(true)
  })

  describe('where a component was revoked', () => {
    let home: Home
    let needed: string
    beforeEach(async () => {
      home = (await scene.computer()).home()
      await succeed(publishRevocation(scene.operator.authority, 'application', [REVOKED]))
      needed = scene.operator.authority.revocation().version
    })

    it('RV-6, RV-12, IN-12: of a renewal: neither the lists are fetched nor a page is named', async () => {
      const { left, transport } = watched(home)
      const renew = (consent: Person) =>
        succeed(
          renewComponents({ home, client: scene.client(transport), service: 'management', consent })({
            needed,
            certificates: [{ kind: 'application', thumbprint: REVOKED }],
          })
        )
      expect(await renew(person())).toEqual({ type: 'Declined', revoked: [] })
      expect(await renew(person('restore', 'individualize'))).toEqual({ type: 'Declined', revoked: [] })
      expect(left).toEqual([])
      const agreed = person('renew')
      expect(await renew(agreed)).toMatchObject({ type: 'Open', revoked: [REVOKED], enablers: { urls: [ENABLER.url] } })
      expect(agreed.asked).toEqual(['renew'])
      expect(left.map(({ given }) => given.includes('renew'))).toEqual([true])
      // What is known by now is fetched no more; the page is still another matter.
      expect(await renew(person())).toEqual({ type: 'Declined', revoked: [REVOKED] })
      expect(left).toHaveLength(1)
    })

    it('IN-7, IN-12: twin: a refresh that nobody was asked about is seen to leave; who wanted it is recorded before', async () => {
      const { left, transport } = watched(home)
      const begun: string[][] = []
      const send: ServiceTransport['send'] = async (...asked) => {
        const log = await eventsOf(home.store.read('revocation-refresh'))
        begun.push(log.map(({ type, data }) => `${type} by ${(data as { readonly by: string }).by}`))
        return transport.send(...asked)
      }
      await eventsOf(refreshRevocation({ home, client: scene.client({ ...transport, send }), service: 'management' })({ by: 'flag' }))
      expect(left.map(({ given }) => given.includes('renew'))).toEqual([false])
      expect(begun).toEqual([['RevocationRefreshBegun by flag']])
    })
  })
})
