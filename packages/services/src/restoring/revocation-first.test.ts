import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { acquireLicense } from '@custody/core/acquisition'
import type { StoredEvent } from '@custody/core/event'
import type { ServiceTransport } from '@custody/core/exchange'
import { CoreError, type StoreFault } from '@custody/core/fault'
import type { Home } from '@custody/core/home'
import type { KeyId } from '@custody/core/identity'
import { individualize } from '@custody/core/individualization'
import { timestampMicros, type Timestamp } from '@custody/core/license'
import { systemRandom } from '@custody/core/random'
import { restoreLicenses } from '@custody/core/restore'
import { secretFromBytes } from '@custody/core/secret'
import { openSqliteStore } from '@custody/core/store/sqlite'
import { queryLicense } from '@custody/core/vault'
import * as TE from 'fp-ts/TaskEither'
import { pipe } from 'fp-ts/function'

import type { Authority } from '../authority/authority'
import { openAuthority, type AuthorityOptions } from '../authority/open-authority'
import { publishRevocation } from '../authority/publish-revocation'
import { PUBLISHED_STREAM } from '../authority/authority-event'
import { succeed } from '../authority/testing/temporary-authority'
import { individualizationService } from '../individualization/individualization-service'
import { licenseServer } from '../license/license-server'
import { offerContent } from '../license/offer-content'
import { newKeyId } from '../license/testing/license-scene'
import { managementService } from '../management/management-service'
import { serviceApplication, type ServiceApplication } from '../server/service-application'
import { embeddedTransport } from '../transport/embedded-transport'
import { eventsOf, person, restoringScene, typesOf, type RestoringScene } from './testing/restoring-scene'

const LONG = 60_000
jest.setTimeout(LONG)

const DAY = 24 * 3600
/** Longer than lists last with their grace. @source docs/reference/protocols.md, section 6 */
const STALE = 98 * DAY
const GRACE = 7 * DAY * 1_000_000

/** What a service stores right before keys leave it. */
const RELEASES: ReadonlySet<string> = new Set(['IndividualizationIssued', 'RestoreSessionOpened', 'RestoreBatchDecided', 'LicenseIssued'])

const END = /^(Individualization(Succeeded|Failed)|Restore(Ended|Failed)|LicenseAcquired|AcquisitionRefused)$/

/** Releases that stand in a service's log behind no lists that can be relied on at that moment. */
const releasedStale = (log: ReadonlyArray<StoredEvent>): ReadonlyArray<string> => {
  let until = 0
  const stale: string[] = []
  for (const { type, data, time } of log) {
    if (type === 'RevocationPublished') until = timestampMicros((data as { readonly nextUpdate: Timestamp }).nextUpdate) + GRACE
    if (RELEASES.has(type) && time > until) stale.push(type)
  }
  return stale
}

/** A service's log that takes no more lists once it is told so. */
const withholding = (file: string) => {
  let withheld = false
  const openStore: AuthorityOptions['openStore'] = (env) =>
    pipe(
      openSqliteStore({ ...env, file }),
      TE.map((store) => ({
        ...store,
        append: (request) =>
          withheld && request.appends.some(({ stream }) => stream === PUBLISHED_STREAM)
            ? TE.left<StoreFault>({ type: 'StoreUnavailable', place: file, code: 'EIO' })
            : store.append(request),
      }))
    )
  return { openStore, withhold: () => void (withheld = true) }
}

describe('no key leaves a service before its revocation data was looked at and is fresh', () => {
  let folder: string
  let scene: RestoringScene
  let applications: ServiceApplication[]
  let log: ReturnType<typeof withholding>
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'custody-fresh-'))
    applications = []
    log = withholding(join(folder, 'events.db'))
    scene = await restoringScene({ individualizationsADay: 50 }, log)
  })
  afterEach(async () => {
    for (const application of applications) await application.close()
    await scene.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The same services, of an operator that never looks at its revocation data again. */
  const unlooking = async (): Promise<ServiceTransport> => {
    const authority: Authority = { ...scene.operator.authority, refresh: TE.right(undefined) }
    const application = await serviceApplication({ authority, services: [managementService, individualizationService(), licenseServer] })
    applications.push(application)
    return embeddedTransport(application)
  }
  const released = async (): Promise<ReadonlyArray<StoredEvent>> => eventsOf(scene.operator.authority.store.readAll())
  const offered = async (): Promise<KeyId> => {
    const contentKey = secretFromBytes(systemRandom.bytes(16))
    const draft = { keyId: newKeyId(), contentKey, conditions: { rights: [{ action: 'Play' as const }] }, mode: 'silent' as const }
    return (await succeed(offerContent(scene.operator.authority)(draft))).keyId
  }
  const acquiredBy = async (home: Home, keyId: KeyId, transport: ServiceTransport): Promise<ReadonlyArray<StoredEvent>> =>
    eventsOf(
      acquireLicense({ home, client: () => scene.client(transport), wait: async () => undefined })({
        mode: 'silent',
        keyId,
        url: 'http://inside.invalid',
        urlState: 'untrusted',
      })
    )
  /** Everything by which a key comes to a computer: it is individualized, restores, and acquires. */
  const receive = async (home: Home, transport: ServiceTransport): Promise<ReadonlyArray<string>> => {
    const [license, keyId] = [scene.license(), await offered()]
    const directory = await scene.set([license])
    const last = async (process: Promise<ReadonlyArray<StoredEvent>>): Promise<string> => {
      const events = await process.catch((error: unknown) => error)
      if (events instanceof CoreError) return events.fault.type
      return typesOf(events as ReadonlyArray<StoredEvent>).findLast((type) => END.test(type)) ?? 'no end'
    }
    const upgraded = await last(
      eventsOf(individualize({ home, client: scene.client(transport), consent: person('individualize') })({ forced: true }))
    )
    const restored = await last(eventsOf(restoreLicenses(scene.env(home, {}, transport))({ directory })))
    const acquired = await last(acquiredBy(home, keyId, transport))
    const held = await Promise.all(
      [license.license.keyId, keyId].map(async (id) => (await succeed(queryLicense(home)({ keyId: id, action: 'Play' }))).allowed)
    )
    return [upgraded, restored, acquired, ...held.map((one) => (one ? 'held' : 'not held'))]
  }
  const ALL = ['IndividualizationSucceeded', 'RestoreEnded', 'LicenseAcquired', 'held', 'held']

  it('R8: lists that are over are published anew before anything is decided', async () => {
    const home = (await scene.computer()).home()
    scene.clock.advance(STALE)
    const before = (await released()).length
    expect(await receive(home, scene.transport)).toEqual(ALL)
    const types = typesOf((await released()).slice(before)).filter((type) => type === 'RevocationPublished' || RELEASES.has(type))
    expect(types).toEqual(['RevocationPublished', 'IndividualizationIssued', 'RestoreSessionOpened', 'RestoreBatchDecided', 'LicenseIssued'])
    expect(releasedStale(await released())).toEqual([])
  })

  it('R8: lists that are over and cannot be published anew: no key leaves', async () => {
    const home = (await scene.computer()).home()
    log.withhold()
    scene.clock.advance(STALE)
    const before = (await released()).length
    expect(await receive(home, scene.transport)).toEqual([
      'IndividualizationFailed',
      'ServiceUnavailable',
      'ServiceUnavailable',
      'not held',
      'not held',
    ])
    expect(typesOf((await released()).slice(before)).filter((type) => RELEASES.has(type))).toEqual([])
  })

  it('R8: twin: services that do not look release every key on lists that are over', async () => {
    const home = (await scene.computer()).home()
    log.withhold()
    scene.clock.advance(STALE)
    expect(await receive(home, await unlooking())).toEqual(ALL)
    expect(releasedStale(await released())).toEqual([...RELEASES])
  })

  describe('a computer that another instance of the services revoked', () => {
    /** Revokes it as another process does, which this operator learns of by looking. */
    const revoke = async (home: Home): Promise<void> => {
      const { kid } = await succeed(home.keystore.signing(1))
      const { clock, operator } = scene
      const openStore: AuthorityOptions['openStore'] = (env) => openSqliteStore({ ...env, file: join(folder, 'events.db') })
      const again = await succeed(openAuthority({ directory: operator.authority.directory, clock, random: systemRandom, openStore }))
      await succeed(publishRevocation(again, 'device', [kid]))
      again.close()
    }
    const restoredOn = async (home: Home, transport: ServiceTransport): Promise<ReadonlyArray<StoredEvent>> =>
      eventsOf(restoreLicenses(scene.env(home, {}, transport))({ directory: await scene.set([scene.license(), scene.license()]) }))
    /** Revokes the computer right before its n-th batch leaves it. */
    const revokedBefore = (batch: number, home: Home, transport: ServiceTransport): ServiceTransport => {
      let batches = 0
      let answered: Promise<unknown> = Promise.resolve()
      const send: ServiceTransport['send'] = async (request, signal) => {
        if (request.path.endsWith('/batches') && (batches += 1) === batch) {
          await answered
          await revoke(home)
        }
        const response = transport.send(request, signal)
        answered = response
        return response
      }
      return { ...transport, send }
    }

    it('R8: gets no key, and the list stands in the log before the refusal', async () => {
      const home = (await scene.computer()).home()
      const [directory, before] = [await scene.set([scene.license()]), (await released()).length]
      await revoke(home)
      expect((await scene.restore(home, { directory })).at(-1)).toMatchObject({ type: 'RestoreFailed', data: { fault: 'CertificateRevoked' } })
      const acquired = await acquiredBy(home, await offered(), scene.transport)
      expect(acquired.at(-1)).toMatchObject({ type: 'AcquisitionRefused', data: { reason: 'CertificateRevoked' } })
      const types = typesOf((await released()).slice(before))
      expect(types.filter((type) => type === 'RevocationPublished' || RELEASES.has(type))).toEqual(['RevocationPublished'])
    })

    it('R8: twin: of services that do not look it gets every key', async () => {
      const home = (await scene.computer()).home()
      const transport = await unlooking()
      await revoke(home)
      expect((await restoredOn(home, transport)).at(-1)?.type).toBe('RestoreEnded')
      expect((await acquiredBy(home, await offered(), transport)).at(-1)?.type).toBe('LicenseAcquired')
    })

    it.each([1, 2])('R8, R9: while it restores gets none from batch %i on', async (batch) => {
      const home = (await scene.computer()).home()
      const before = (await released()).length
      const events = await restoredOn(home, revokedBefore(batch, home, scene.transport))
      expect(events.at(-1)).toMatchObject({ type: 'RestoreFailed', data: { fault: 'CertificateRevoked' } })
      const types = typesOf((await released()).slice(before))
      expect(types.lastIndexOf('RestoreBatchDecided')).toBeLessThan(types.indexOf('RevocationPublished'))
    })

    it('R8, R9: twin: of services that do not look again it gets the rest', async () => {
      const home = (await scene.computer()).home()
      const events = await restoredOn(home, revokedBefore(1, home, await unlooking()))
      expect(events.at(-1)?.type).toBe('RestoreEnded')
    })
  })
})
