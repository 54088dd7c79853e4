import { generateKeyPairSync } from 'node:crypto'

import { acquireLicense, monitorAcquisition, type AcquisitionRequest } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceTransport } from '@custody/core/exchange'
import type { Home } from '@custody/core/home'
import { thumbprint } from '@custody/core/signed'
import { listLicenses } from '@custody/core/vault'
import type { Observable } from 'rxjs'

import { publishRevocation } from '../authority/publish-revocation'
import { succeed } from '../authority/testing/temporary-authority'
import { eventsOf, licenseScene, type LicenseScene } from './testing/license-scene'

const TERMINALS = new Set([
  'LicenseAcquired',
  'AcquisitionChallenged',
  'AcquisitionRefused',
  'AcquisitionCancelled',
  'MonitorCancelled',
  'AcquisitionFailed',
])

describe('a cancelled acquisition', () => {
  let scene: LicenseScene
  beforeEach(async () => {
    scene = await licenseScene('embedded')
  })
  afterEach(() => scene.remove())

  const request = (members: Partial<AcquisitionRequest>): AcquisitionRequest => ({
    mode: 'silent',
    url: scene.address,
    urlState: 'untrusted',
    ...members,
  })
  const computer = async () => scene.individualize(await scene.computer())
  /** A computer to which the next license brings revocation data that it has not seen (RV-2). */
  const behind = async () => {
    const home = await computer()
    await succeed(publishRevocation(scene.authority, 'device', [thumbprint(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)]))
    return home
  }

  /** Unsubscribes at one event, and answers when the process has settled: types of what was emitted and of what is in the log. */
  const cancelAt = async (home: Home, at: number, start: (onSettled: () => void) => Observable<StoredEvent>) => {
    const before = await eventsOf(home.store.read('acquisition'))
    const emitted: string[] = []
    await new Promise<void>((settled) => {
      const run = start(settled)
      const subscription = run.subscribe({
        next: ({ type }) => {
          emitted.push(type)
          if (emitted.length > at) queueMicrotask(() => subscription.unsubscribe())
        },
      })
    })
    const after = (await eventsOf(home.store.read('acquisition'))).slice(before.length).map(({ type }) => type)
    return { emitted, after, licenses: await succeed(listLicenses(home)) }
  }

  it('EV-10, P-1, P-3, LI-64: at every event of a silent one there is one end, and before the license no license', async () => {
    const { keyId } = await scene.offer()
    const whole = await eventsOf(acquireLicense(scene.env(await behind()))(request({ keyId })))
    const stored = whole.findIndex(({ type }) => type === 'LicenseStored')
    // Between the beginning and the license come the lists: what a cancellation falls between.
    expect(stored).toBeGreaterThan(1)
    for (let at = 0; at < whole.length; at += 1) {
      const home = await behind()
      const start = (onSettled: () => void) => acquireLicense(scene.env(home, { onSettled }))(request({ keyId }))
      const { after, licenses } = await cancelAt(home, at, start)
      const isStored = at >= stored
      expect(after).toEqual(['AcquisitionBegun', isStored ? 'LicenseAcquired' : 'AcquisitionCancelled'])
      expect(licenses).toHaveLength(isStored ? 1 : 0)
    }
  }, 60_000)

  it.each(['non-silent', 'pre-delivery'] as const)('EV-10, LI-64: %s, before its challenge', async (mode) => {
    const { keyId } = await scene.offer()
    const home = await computer()
    const { after } = await cancelAt(home, 0, (onSettled) => acquireLicense(scene.env(home, { onSettled }))(request({ mode, keyId })))
    expect(after).toEqual(['AcquisitionBegun', 'AcquisitionCancelled'])
  })

  it('LI-64: while the server does not answer; the next one may begin at once', async () => {
    const { keyId } = await scene.offer()
    const home = await computer()
    const asked: string[] = []
    const silent: ServiceTransport = {
      place: 'nowhere',
      send: ({ path }, signal) =>
        new Promise((_, reject) => {
          asked.push(path)
          signal.addEventListener('abort', () => reject(new Error('aborted')))
        }),
    }
    await new Promise<void>((settled) => {
      const run = acquireLicense(scene.env(home, { onSettled: settled }, silent))(request({ keyId })).subscribe()
      const looking = setInterval(() => {
        if (asked.length === 0) return
        clearInterval(looking)
        run.unsubscribe()
      }, 5)
    })
    const after = (await eventsOf(home.store.read('acquisition'))).map(({ type }) => type)
    expect(after).toEqual(['AcquisitionBegun', 'AcquisitionCancelled'])
    expect((await eventsOf(acquireLicense(scene.env(home))(request({ keyId })))).at(-1)?.type).toBe('LicenseAcquired')
  })

  it('LI-65, P-2: a second one at the same time is no start, and the first goes on', async () => {
    const { keyId } = await scene.offer()
    const home = await computer()
    const seconds: unknown[] = []
    const meanwhile: ServiceTransport = {
      ...scene.transport,
      send: async (asked, signal) => {
        seconds.push(await eventsOf(acquireLicense(scene.env(home))(request({ keyId }))).catch((error: unknown) => error))
        return scene.transport.send(asked, signal)
      },
    }
    const events = await eventsOf(acquireLicense(scene.env(home, {}, meanwhile))(request({ keyId })))
    expect(seconds.length).toBeGreaterThan(0)
    for (const second of seconds) expect(second).toMatchObject({ fault: { type: 'Acquiring' } })
    expect(events.map(({ type }) => type).filter((type) => TERMINALS.has(type))).toEqual(['LicenseAcquired'])
    expect(await eventsOf(home.store.read('acquisition'))).toHaveLength(2)
  })

  it('EV-10, LI-64: a wait ends with one event of its own, and the vault is as before', async () => {
    const { keyId } = await scene.offer({ mode: 'non-silent' })
    const home = await computer()
    const events = await eventsOf(acquireLicense(scene.env(home))(request({ mode: 'non-silent', keyId })))
    const { challenge } = events.at(-1)?.data as { readonly challenge: string }
    await new Promise<void>((settled) => {
      let looks = 0
      const wait = async (): Promise<void> => {
        looks += 1
        if (looks === 2) run.unsubscribe()
      }
      const run = monitorAcquisition(scene.env(home, { wait, onSettled: settled }))({ challenge }).subscribe()
    })
    const after = (await eventsOf(home.store.read('acquisition'))).map(({ type }) => type)
    expect(after).toEqual(['AcquisitionBegun', 'AcquisitionChallenged', 'MonitorCancelled'])
    expect(await succeed(listLicenses(home))).toEqual([])
  })
})
