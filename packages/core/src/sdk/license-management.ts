import { createCookieOperations, refusedFlags, refusedStart, type CookiePlan, type CookieStart, type EventGenerator } from './cookies'
import { FLAGS } from './flags'
import { HRESULT } from './hresult'
import type { AcquireRequest, AcquisitionMode, BackupRequest, Process, RestoreRequest } from './process'
import type { MediaEvent } from './status-object'

/** The processes behind a license-management object. */
export interface LicenseManagementProcesses {
  readonly backUp: (request: BackupRequest) => Process
  readonly restore: (request: RestoreRequest) => Process
  readonly acquire: (request: AcquireRequest) => Process
  /** @param content as in `AcquireRequest`. */
  readonly monitor: (content: string) => Process
  readonly clean: () => Process
}

/** What a license-management object stands on. */
export interface LicenseManagementEnv {
  readonly processes: LicenseManagementProcesses
  /** The epoch of the device that is in force now. */
  readonly epoch: () => number
}

/**
 * The license-management object of the second generation. Once an individualization has succeeded, every start on an object
 * that was made before is refused with the fault `HandleStale`, and a new object is to be made (IN-25, IN-26). Its running
 * operations can still be cancelled, and its events pulled.
 */
export interface LicenseManagement extends EventGenerator {
  /** @param flags 0 or WMDRM_BACKUP_OVERWRITE. */
  readonly backupLicenses: (directory: string, flags: number) => CookieStart
  /** @param flags 0 or WMDRM_RESTORE_INDIVIDUALIZE. */
  readonly restoreLicenses: (directory: string, flags: number) => CookieStart
  /**
   * @param content header of the content; its key ID with WMDRM_ACQUIRE_LICENSE_LEGACY_NONSILENT.
   * @param flags one of WMDRM_ACQUIRE_LICENSE_….
   */
  readonly acquireLicense: (content: string, url: string | null, flags: number) => CookieStart
  readonly monitorLicenseAcquisition: (content: string) => CookieStart
  /** @param flags WMDRM_CLEAN_LICENSE_STORE_ASYNC; for SYNC there is a call of its own, as no call here can wait (C-9). */
  readonly cleanLicenseStore: (flags: number) => CookieStart
  /** Resolves to the HRESULT of the cleaning once it is done; no event is sent. */
  readonly cleanLicenseStoreSync: () => Promise<number>
}

const { WMDRM_BACKUP_OVERWRITE } = FLAGS.Backup
const { WMDRM_RESTORE_INDIVIDUALIZE } = FLAGS.Restore
const { WMDRM_CLEAN_LICENSE_STORE_ASYNC } = FLAGS.Clean

const MODE: ReadonlyMap<number, AcquisitionMode> = new Map<number, AcquisitionMode>([
  [FLAGS.Acquire.WMDRM_ACQUIRE_LICENSE_SILENT, 'silent'],
  [FLAGS.Acquire.WMDRM_ACQUIRE_LICENSE_NONSILENT, 'non-silent'],
  [FLAGS.Acquire.WMDRM_ACQUIRE_LICENSE_LEGACY_NONSILENT, 'legacy-non-silent'],
])

/** Makes a license-management object for the epoch that is in force. */
export const createLicenseManagement = ({ processes, epoch }: LicenseManagementEnv): LicenseManagement => {
  const madeIn = epoch()
  const operations = createCookieOperations()
  const start = (plan: () => CookiePlan | CookieStart): CookieStart => {
    if (epoch() !== madeIn) return refusedStart({ type: 'HandleStale' })
    const planned = plan()
    return 'hr' in planned ? planned : operations.start(planned)
  }
  return {
    ...operations.generator,
    backupLicenses: (place, flags) =>
      start(() => {
        if ((flags & ~WMDRM_BACKUP_OVERWRITE) !== 0) return refusedFlags('0 or WMDRM_BACKUP_OVERWRITE', flags)
        if (place === '') return noDirectory
        const overwrite = flags === WMDRM_BACKUP_OVERWRITE
        return { kind: 'backup', process: () => processes.backUp({ place, overwrite })() }
      }),
    restoreLicenses: (place, flags) =>
      start(() => {
        if ((flags & ~WMDRM_RESTORE_INDIVIDUALIZE) !== 0) return refusedFlags('0 or WMDRM_RESTORE_INDIVIDUALIZE', flags)
        if (place === '') return noDirectory
        const individualize = flags === WMDRM_RESTORE_INDIVIDUALIZE
        return { kind: 'restore', process: () => processes.restore({ place, individualize })() }
      }),
    acquireLicense: (content, url, flags) =>
      start(() => {
        const mode = MODE.get(flags)
        if (mode === undefined) return refusedFlags('one of WMDRM_ACQUIRE_LICENSE_…', flags)
        return { kind: 'acquisition', process: () => processes.acquire({ mode, content, url })() }
      }),
    monitorLicenseAcquisition: (content) =>
      start(() => ({ kind: 'monitoring', process: () => processes.monitor(content)() })),
    cleanLicenseStore: (flags) =>
      start(() =>
        flags === WMDRM_CLEAN_LICENSE_STORE_ASYNC
          ? { kind: 'cleaning', process: () => processes.clean()() }
          : refusedFlags('WMDRM_CLEAN_LICENSE_STORE_ASYNC', flags)
      ),
    cleanLicenseStoreSync: () =>
      new Promise((resolve) => {
        const deliver = ({ status }: MediaEvent): void => resolve(status)
        const { hr, cookie } = start(() => ({ kind: 'cleaning', process: () => processes.clean()(), deliver }))
        if (cookie === null) resolve(hr)
      }),
  }
}

const noDirectory: CookieStart = {
  hr: HRESULT.E_INVALIDARG,
  cookie: null,
  fault: { type: 'BadInput', where: 'directory', expected: 'a directory', found: 'nothing' },
}
