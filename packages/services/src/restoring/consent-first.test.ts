import { acquireLicense } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceTransport } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import { individualize } from '@custody/core/individualization'
import { restoreLicenses } from '@custody/core/restore'
import type { Observable } from 'rxjs'

import { newKeyId } from '../license/testing/license-scene'
import { eventsOf, person, restoringScene, typesOf, version, type Person, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

/** A request as it left, with the consents that the log held by then. */
interface Left {
  readonly path: string
  readonly given: ReadonlyArray<string>
}

describe('no request leaves before consent is recorded', () => {
  let scene: RestoringScene
  beforeAll(async () => {
    scene = await restoringScene({ individualizationsADay: 50 })
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
})
