import { acquireLicense, type AcquisitionEnv, type AcquisitionRequest } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import type { RequiredVersion } from '@custody/core/identity'
import { queryLicense } from '@custody/core/vault'
import { defer, finalize, NEVER, type Observable } from 'rxjs'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, licenseScene, type LicenseScene } from './testing/license-scene'

describe('an acquisition that needs an individualization', () => {
  let scene: LicenseScene
  beforeEach(async () => {
    scene = await licenseScene('embedded')
  })
  afterEach(() => scene.remove())

  const acquire = (env: AcquisitionEnv, members: Partial<AcquisitionRequest>) =>
    eventsOf(acquireLicense(env)({ mode: 'silent', url: scene.address, urlState: 'untrusted', individualize: true, ...members }))
  const own = (events: ReadonlyArray<StoredEvent>) =>
    events.filter(({ stream }) => stream === 'acquisition').map(({ type, data }) => [type, (data as { next?: string }).next])
  /** Individualizes on the way and counts how often. */
  const counted = () => {
    const calls: Home[] = []
    const individualize = (by: Home): Observable<StoredEvent> => {
      calls.push(by)
      return scene.upgrade('given')(by)
    }
    return { calls, individualize }
  }
  const newest = (securityVersion: string) => scene.place.open({ policy: { securityVersion: securityVersion as RequiredVersion } })

  it.each(['silent', 'non-silent'] as const)('IN-27, IN-28, IN-29: is tried once more afterwards: %s', async (mode) => {
    const { keyId } = await scene.offer()
    const home = await scene.computer()
    const { calls, individualize } = counted()
    const events = await acquire(scene.env(home, { individualize }), { mode, keyId })
    const end = mode === 'silent' ? 'LicenseAcquired' : 'AcquisitionChallenged'
    expect(own(events)).toEqual([['AcquisitionBegun', undefined], [end, undefined]])
    expect(calls).toHaveLength(1)
    const types = events.map(({ type }) => type)
    const order = ['AcquisitionBegun', 'ConsentRecorded', 'IndividualizationBegun', 'IndividualizationSucceeded', end]
    expect(order.map((type) => types.indexOf(type))).toEqual([...order.map((type) => types.indexOf(type))].sort((a, b) => a - b))
    expect(types.filter((type) => order.includes(type))).toEqual(order)
    // Individualizing alone grants nothing.
    expect((await succeed(queryLicense(home)({ keyId, action: 'Play' }))).allowed).toBe(mode === 'silent')
  })

  it('IN-28: a component that the server finds too old is upgraded on the way', async () => {
    const { keyId } = await scene.offer({ minimumVersion: '2.10' as RequiredVersion })
    const home = await scene.individualize(await scene.computer())
    await newest('2.10')
    const { calls, individualize } = counted()
    const events = await acquire(scene.env(home, { individualize }), { keyId })
    expect(own(events).at(-1)).toEqual(['LicenseAcquired', undefined])
    expect(calls).toHaveLength(1)
    expect(await succeed(home.device)).toMatchObject({ epoch: 2, securityVersion: '2.10.0.1' })
  })

  it('IN-28: tries no third time where the server is not content still', async () => {
    const { keyId } = await scene.offer({ minimumVersion: '3.0' as RequiredVersion })
    const home = await scene.individualize(await scene.computer())
    await newest('2.10')
    const { calls, individualize } = counted()
    const events = await acquire(scene.env(home, { individualize }), { keyId })
    expect(own(events)).toEqual([['AcquisitionBegun', undefined], ['AcquisitionRefused', 'individualize']])
    expect(calls).toHaveLength(1)
    expect((await succeed(home.device)).epoch).toBe(2)
  })

  it('IN-28: without the wish, without the means, and where consent is declined, it says what is needed', async () => {
    const { keyId } = await scene.offer()
    const home = await scene.computer()
    const refused = [['AcquisitionBegun', undefined], ['AcquisitionRefused', 'individualize']]
    const unwanted = () => {
      throw new TypeError('nobody wished that')
    }
    expect(own(await acquire(scene.env(home, { individualize: unwanted }), { keyId, individualize: false }))).toEqual(refused)
    expect(own(await acquire(scene.env(home), { keyId }))).toEqual(refused)
    expect(own(await acquire(scene.env(home, { individualize: scene.upgrade('declined') }), { keyId }))).toEqual(refused)
  })

  it('LI-64: cancelling ends the individualization too', async () => {
    const { keyId } = await scene.offer()
    const home = await scene.computer()
    let ended = false
    await new Promise<void>((settled) => {
      const individualize = (): Observable<StoredEvent> =>
        defer(() => {
          queueMicrotask(() => run.unsubscribe())
          return NEVER
        }).pipe(finalize(() => void (ended = true)))
      const env = scene.env(home, { individualize, onSettled: settled })
      const run = acquireLicense(env)({ mode: 'silent', keyId, url: scene.address, urlState: 'untrusted', individualize: true }).subscribe()
    })
    expect(ended).toBe(true)
    expect(own(await eventsOf(home.store.read('acquisition'))).at(-1)).toEqual(['AcquisitionCancelled', undefined])
  })
})
