import { CoreError } from '../fault/core-error'
import { FLAGS } from './flags'
import { HRESULT, isDone } from './hresult'
import { createLicenseManagement, type LicenseManagementProcesses } from './license-management'
import { scriptedProcess, settled } from './testing/scripted-process'
import { named } from './testing/viewed-event'

const { S_OK, E_INVALIDARG, NS_E_DRM_BACKUPRESTORE_BUSY, NS_E_INVALID_REQUEST } = HRESULT
const { WMDRM_ACQUIRE_LICENSE_SILENT, WMDRM_ACQUIRE_LICENSE_NONSILENT, WMDRM_ACQUIRE_LICENSE_LEGACY_NONSILENT } = FLAGS.Acquire
const { WMDRM_CLEAN_LICENSE_STORE_ASYNC } = FLAGS.Clean

const make = () => {
  const scripts = {
    backup: scriptedProcess(),
    restore: scriptedProcess(),
    acquire: scriptedProcess(),
    monitor: scriptedProcess(),
    clean: scriptedProcess(),
  }
  const asked: unknown[] = []
  const noting = (name: keyof typeof scripts) => (request?: unknown) => {
    asked.push(request)
    return scripts[name].process
  }
  const processes: LicenseManagementProcesses = {
    backUp: noting('backup'),
    restore: noting('restore'),
    acquire: noting('acquire'),
    monitor: noting('monitor'),
    clean: noting('clean'),
  }
  const device = { epoch: 1 }
  const env = { processes, epoch: () => device.epoch }
  return { ...scripts, env, device, asked, management: createLicenseManagement(env) }
}

type Made = ReturnType<typeof make>

const pulled = ({ management }: Pick<Made, 'management'>): ReadonlyArray<readonly [number, number]> => {
  const { event } = management.getEvent()
  return event === null ? [] : [[event.type, event.status], ...pulled({ management })]
}

describe('a license-management object', () => {
  it('BR-1, EV-2: answers a start with a cookie, and tells the outcome by events', async () => {
    const made = make()
    const { hr, cookie } = made.management.backupLicenses('/b', FLAGS.Backup.WMDRM_BACKUP_OVERWRITE)
    expect([hr, cookie?.kind, pulled(made)]).toEqual([S_OK, 'backup', []])
    await settled()
    expect(made.asked).toEqual([{ place: '/b', overwrite: true }])
    made.backup.last().end(named('BackupBegun'), named('BackupEnded'))
    expect(pulled(made)).toEqual([[501, S_OK], [501, S_OK], [500, S_OK]])
  })

  it('BR-9: rejects unknown flags and a missing directory, with E_INVALIDARG, no cookie and what was expected', async () => {
    const made = make()
    const { management } = made
    const starts = [
      ...[2, 3, 4, -1].map((flags) => management.backupLicenses('/b', flags)),
      ...[1, 3, 4, -1].map((flags) => management.restoreLicenses('/b', flags)),
      ...[0, 3, 5, 8].map((flags) => management.acquireLicense('header', null, flags)),
      ...[0, 1, 3].map((flags) => management.cleanLicenseStore(flags)),
      management.backupLicenses('', 0),
      management.restoreLicenses('', 0),
    ]
    for (const start of starts) {
      expect(start).toMatchObject({ hr: E_INVALIDARG, cookie: null, fault: { type: 'BadInput' } })
    }
    await settled()
    expect([made.asked, pulled(made)]).toEqual([[], []])
  })

  it('BR-18, BR-19, EV-7: refuses a second backup or restore as busy, emits nothing for it, and lets the first go on', async () => {
    const made = make()
    made.management.restoreLicenses('/r', 0)
    await settled()
    for (const second of [made.management.restoreLicenses('/r', 0), made.management.backupLicenses('/r', 0)]) {
      expect([second.hr, second.cookie]).toEqual([NS_E_DRM_BACKUPRESTORE_BUSY, null])
    }
    made.restore.last().end(named('RestoreEnded'))
    await settled()
    expect([made.asked.length, pulled(made)]).toEqual([1, [[503, S_OK], [502, S_OK]]])
  })

  it('EV-8, EV-11: a cookie cancels its own operation; others on the same queue go on', async () => {
    const made = make()
    const backup = made.management.backupLicenses('/b', 0)
    made.management.acquireLicense('header', null, WMDRM_ACQUIRE_LICENSE_SILENT)
    await settled()
    if (backup.cookie === null) throw new Error('not started')
    expect(made.management.cancelAsyncOperation(backup.cookie)).toBe(S_OK)
    expect([made.backup.last().isCancelled(), made.acquire.last().isCancelled()]).toEqual([true, false])
    made.acquire.last().end(named('LicenseAcquired'))
    expect(pulled(made)).toEqual([[500, HRESULT.NS_E_DRM_OPERATION_CANCELED], [506, HRESULT.NS_S_DRM_LICENSE_ACQUIRED]])
  })

  it('EV-9: cancelling twice, after the end, or with a cookie of another object has no effect', async () => {
    const [made, other] = [make(), make()]
    const first = made.management.backupLicenses('/b', 0)
    const foreign = other.management.backupLicenses('/b', 0)
    await settled()
    if (first.cookie === null || foreign.cookie === null) throw new Error('not started')
    expect(made.management.cancelAsyncOperation(foreign.cookie)).toBe(E_INVALIDARG)
    expect([made.backup.last().isCancelled(), other.backup.last().isCancelled()]).toEqual([false, false])
    made.management.cancelAsyncOperation(first.cookie)
    made.management.backupLicenses('/b', 0)
    await settled()
    expect(made.management.cancelAsyncOperation(first.cookie)).toBe(NS_E_INVALID_REQUEST)
    expect(made.backup.last().isCancelled()).toBe(false)
    made.backup.last().end(named('BackupEnded'))
    expect(pulled(made)).toEqual([[500, HRESULT.NS_E_DRM_OPERATION_CANCELED], [501, S_OK], [500, S_OK]])
  })

  it('LI-64, EV-10, P-3: a cancelled acquisition and a cancelled monitoring end once, with their success codes, not done', async () => {
    const made = make()
    const acquire = made.management.acquireLicense('header', null, WMDRM_ACQUIRE_LICENSE_SILENT)
    const monitor = made.management.monitorLicenseAcquisition('header')
    await settled()
    for (const { cookie } of [acquire, monitor]) if (cookie !== null) made.management.cancelAsyncOperation(cookie)
    made.acquire.last().end(named('LicenseAcquired'))
    const ends = pulled(made)
    expect(ends).toEqual([[506, HRESULT.NS_S_DRM_ACQUIRE_CANCELLED], [506, HRESULT.NS_S_DRM_MONITOR_CANCELLED]])
    expect(ends.map(([, status]) => isDone(status))).toEqual([false, false])
  })

  it('refuses a second acquisition with NS_E_DRM_ACQUIRING_LICENSE, while monitoring and cleaning may run beside it', () => {
    const { management } = make()
    const silent = () => management.acquireLicense('header', null, WMDRM_ACQUIRE_LICENSE_SILENT).hr
    expect([silent(), silent()]).toEqual([S_OK, HRESULT.NS_E_DRM_ACQUIRING_LICENSE])
    expect(management.monitorLicenseAcquisition('header').hr).toBe(S_OK)
    const clean = () => management.cleanLicenseStore(WMDRM_CLEAN_LICENSE_STORE_ASYNC).hr
    expect([clean(), clean()]).toEqual([S_OK, HRESULT.NS_E_DRM_BUSY])
  })

  it('EV-3: only the end of a non-silent acquisition carries an object, with what to post and where to', async () => {
    const made = make()
    for (const flags of [WMDRM_ACQUIRE_LICENSE_NONSILENT, WMDRM_ACQUIRE_LICENSE_LEGACY_NONSILENT, WMDRM_ACQUIRE_LICENSE_SILENT]) {
      made.management.acquireLicense('content', 'https://x.example', flags)
      await settled()
      made.acquire.last().emit(named('AcquisitionBegun', { url: 'untrusted' }))
      const challenged = named('AcquisitionChallenged', { url: 'https://x.example/page', challenge: 'abc' })
      made.acquire.last().end(flags === WMDRM_ACQUIRE_LICENSE_SILENT ? named('LicenseAcquired') : challenged)
    }
    const objects = [1, 2, 3].map(() => made.management.getEvent().event?.value)
    const expected = { url: 'https://x.example/page', challenge: 'abc' }
    expect(objects.map((object) => object?.getStatus())).toEqual([expected, expected, undefined])
    expect(made.asked).toEqual(
      ['non-silent', 'legacy-non-silent', 'silent'].map((mode) => ({ mode, content: 'content', url: 'https://x.example' }))
    )
  })

  it('a cleaning that is waited for answers with its code and sends no event', async () => {
    const made = make()
    const done = made.management.cleanLicenseStoreSync()
    await settled()
    expect(await made.management.cleanLicenseStoreSync()).toBe(HRESULT.NS_E_DRM_BUSY)
    made.clean.last().end(named('LicenseStoreCleaned'))
    expect([await done, pulled(made)]).toEqual([S_OK, []])
    made.management.cleanLicenseStore(WMDRM_CLEAN_LICENSE_STORE_ASYNC)
    await settled()
    made.clean.last().fault(new CoreError({ type: 'StoreLocked', place: 'home' }))
    expect(pulled(made)).toEqual([[515, HRESULT.NS_E_DRM_BUSY]])
  })

  it('IN-25, IN-26, P-10: made before an individualization refuses every start as HandleStale; a new one works', async () => {
    const made = make()
    made.device.epoch = 2
    const { management } = made
    const starts = [
      management.backupLicenses('/b', 0),
      management.restoreLicenses('/b', 0),
      management.acquireLicense('header', null, WMDRM_ACQUIRE_LICENSE_SILENT),
      management.monitorLicenseAcquisition('header'),
      management.cleanLicenseStore(WMDRM_CLEAN_LICENSE_STORE_ASYNC),
      // Stale comes before whatever else may be wrong.
      management.backupLicenses('', 7),
    ]
    for (const start of starts) expect(start).toEqual({ hr: NS_E_INVALID_REQUEST, cookie: null, fault: { type: 'HandleStale' } })
    expect(await management.cleanLicenseStoreSync()).toBe(NS_E_INVALID_REQUEST)
    await settled()
    expect([made.asked, pulled(made)]).toEqual([[], []])
    expect(createLicenseManagement(made.env).backupLicenses('/b', 0).hr).toBe(S_OK)
  })

  it('IN-26: stale, it still tells how its running operation ends, and lets it be cancelled', async () => {
    const made = make()
    const { cookie } = made.management.backupLicenses('/b', 0)
    await settled()
    made.device.epoch = 2
    if (cookie === null) throw new Error('not started')
    expect(made.management.cancelAsyncOperation(cookie)).toBe(S_OK)
    expect(pulled(made)).toEqual([[500, HRESULT.NS_E_DRM_OPERATION_CANCELED]])
  })

  it('EV-18: is released only after its last terminal signal, and starts nothing from then on', async () => {
    const made = make()
    made.management.backupLicenses('/b', 0)
    await settled()
    expect(made.management.release()).toBe(NS_E_INVALID_REQUEST)
    made.backup.last().end(named('BackupEnded'))
    expect(made.management.release()).toBe(S_OK)
    expect(made.management.backupLicenses('/b', 0).hr).toBe(NS_E_INVALID_REQUEST)
  })

  it('EV-18: an event that was kept says the same after the next was taken', async () => {
    const made = make()
    made.management.backupLicenses('/b', 0)
    await settled()
    made.backup.last().emit(named('BackupBegun'), named('BackupRestricted', { keyId: 'k' }))
    const first = made.management.getEvent().event
    const before = first?.value?.getStatus()
    made.management.getEvent()
    expect(first?.value?.getStatus()).toEqual(before)
    expect(before).toEqual({ eStatus: 2, bstrError: '' })
  })
})
