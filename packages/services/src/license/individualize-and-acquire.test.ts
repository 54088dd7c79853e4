import { acquireLicense, type AcquisitionEnv, type AcquisitionRequest } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { queryLicense } from '@custody/core/vault'
import { defer, EMPTY, finalize, ignoreElements, NEVER, type Observable } from 'rxjs'

import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, licenseScene, type LicenseScene } from './testing/license-scene'

/** A computer whose keys become others while a process holds it. */
const changing = (first: Home): { readonly home: Home; readonly become: (next: Home) => void } => {
  let present = first
  return {
    home: Object.defineProperties({} as Home, {
      ...Object.getOwnPropertyDescriptors(first),
      keystore: { get: () => present.keystore, enumerable: true },
    }),
    become: (next) => void (present = next),
  }
}

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
  const upgrading = (home: Home, become: (next: Home) => void, epoch: number, securityVersion = '2.9.0.1') => {
    const calls: number[] = []
    const individualize = (): Observable<StoredEvent> =>
      defer(async () => {
        calls.push(epoch)
        become(await scene.individualize(home, { epoch, securityVersion }))
      }).pipe(ignoreElements()) as Observable<StoredEvent>
    return { calls, individualize }
  }

  it.each(['silent', 'non-silent'] as const)('IN-27, IN-28, IN-29: is tried once more afterwards: %s', async (mode) => {
    const { keyId } = await scene.offer()
    const first = await scene.computer()
    const { home, become } = changing(first)
    const { calls, individualize } = upgrading(first, become, 1)
    const events = await acquire(scene.env(home, { individualize }), { mode, keyId })
    const end = mode === 'silent' ? 'LicenseAcquired' : 'AcquisitionChallenged'
    expect(own(events)).toEqual([['AcquisitionBegun', undefined], [end, undefined]])
    expect(calls).toHaveLength(1)
    // Individualizing alone grants nothing.
    expect((await succeed(queryLicense(home)({ keyId, action: 'Play' }))).allowed).toBe(mode === 'silent')
  })

  it('IN-28: a component that the server finds too old is upgraded on the way', async () => {
    const { keyId } = await scene.offer({ minimumVersion: '2.10' as never })
    const first = await scene.computer()
    const { home, become } = changing(await scene.individualize(first, { securityVersion: '2.9.0.1' }))
    const { calls, individualize } = upgrading(first, become, 2, '2.10.0.1')
    const events = await acquire(scene.env(home, { individualize }), { keyId })
    expect(own(events).at(-1)).toEqual(['LicenseAcquired', undefined])
    expect(calls).toHaveLength(1)
  })

  it('IN-28: tries no third time where the server is not content still', async () => {
    const { keyId } = await scene.offer({ minimumVersion: '3.0' as never })
    const first = await scene.computer()
    const { home, become } = changing(await scene.individualize(first))
    const { calls, individualize } = upgrading(first, become, 2)
    const events = await acquire(scene.env(home, { individualize }), { keyId })
    expect(own(events)).toEqual([['AcquisitionBegun', undefined], ['AcquisitionRefused', 'individualize']])
    expect(calls).toHaveLength(1)
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
    expect(own(await acquire(scene.env(home, { individualize: () => EMPTY }), { keyId }))).toEqual(refused)
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
