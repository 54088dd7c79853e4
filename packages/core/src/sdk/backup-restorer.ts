import { FLAGS } from './flags'
import { generationA } from './generation-a'
import { HRESULT } from './hresult'
import type { BackupRequest, Process, ProcessKind, RestoreRequest } from './process'
import { createRestorerProperties, type RestorerProperties, type RestorerProperty } from './restorer-properties'
import { withContext, type OnStatus } from './status-callback'
import { createTurns } from './turns'

/** The processes behind a backup restorer. */
export interface BackupRestorerProcesses {
  readonly backUp: (request: BackupRequest) => Process
  readonly restore: (request: RestoreRequest) => Process
}

/**
 * The backup restorer of the first generation. Each call answers with an HRESULT; that of a start speaks for the start only
 * (BR-1), and a start that fails is followed by no status (EV-7).
 */
export interface BackupRestorer<Context> {
  readonly properties: RestorerProperties
  /** @param flags 0 or WM_BACKUP_OVERWRITE; others are refused (BR-9). */
  readonly backupLicenses: (flags: number, context: Context) => number
  /** @param flags 0 or WM_RESTORE_INDIVIDUALIZE, which states that the person has consented (BR-35). */
  readonly restoreLicenses: (flags: number, context: Context) => number
  /** @returns NS_E_INVALID_REQUEST when no backup runs; a restore is left alone. */
  readonly cancelLicenseBackup: () => number
  /** @returns NS_E_INVALID_REQUEST when no restore runs; a backup is left alone. */
  readonly cancelLicenseRestore: () => number
}

const { WM_BACKUP_OVERWRITE } = FLAGS.Backup
const { WM_RESTORE_INDIVIDUALIZE } = FLAGS.Restore

/**
 * Makes a backup restorer over the two processes, as WMCreateBackupRestorer does.
 *
 * @param onStatus without it every start is refused with E_INVALIDARG (BR-5).
 */
export const createBackupRestorer = <Context>(
  processes: BackupRestorerProcesses,
  onStatus: OnStatus<Context> | null
): BackupRestorer<Context> => {
  const properties = createRestorerProperties()
  const turns = createTurns()
  const start = (kind: ProcessKind, flags: Flags, path: RestorerProperty, of: (place: string) => Process, context: Context): number => {
    if (onStatus === null || (flags.given & ~flags.known) !== 0) return HRESULT.E_INVALIDARG
    const { value: place } = properties.getPropByName(path)
    if (place === null || place === '') return HRESULT.NS_E_DRM_INVALID_PROPERTY
    const deliver = withContext(onStatus, context)
    return turns.start({ kind, process: () => of(place)(), translate: generationA(kind), deliver }).hr
  }
  const cancel = (kind: ProcessKind): number => {
    const operation = turns.running(kind)
    operation?.cancel()
    return operation === undefined ? HRESULT.NS_E_INVALID_REQUEST : HRESULT.S_OK
  }
  return {
    properties,
    backupLicenses: (given, context) => {
      const backUp = (place: string) => processes.backUp({ place, overwrite: (given & WM_BACKUP_OVERWRITE) !== 0 })
      return start('backup', { given, known: WM_BACKUP_OVERWRITE }, 'BackupPath', backUp, context)
    },
    restoreLicenses: (given, context) => {
      const restore = (place: string) =>
        processes.restore({ place, individualize: (given & WM_RESTORE_INDIVIDUALIZE) !== 0 })
      return start('restore', { given, known: WM_RESTORE_INDIVIDUALIZE }, 'RestorePath', restore, context)
    },
    cancelLicenseBackup: () => cancel('backup'),
    cancelLicenseRestore: () => cancel('restore'),
  }
}

interface Flags {
  readonly given: number
  readonly known: number
}
