import type { EventDetail } from './event-detail'
import type { HresultName } from './hresult'
import type { IndividualizationCodeName } from './individualization-code'
import type { MediaEventName } from './media-event'
import type { MsdrmStatusName } from './msdrm-status'
import type { ProcessKind } from './process'
import type { WmtStatusName } from './wmt-status'

/** What a status carries with it, in both generations. */
export type Payload = 'none' | 'keyId' | 'url' | 'progress' | 'individualization' | 'license' | 'challenge'

/** One kind of domain event in terms of the platform. */
export interface MappingRow {
  readonly kind: ProcessKind
  /** Type of the domain event. */
  readonly type: string
  readonly role: 'progress' | 'end'
  /** Which events of the type the row is for; the first row that fits holds. */
  readonly when: 'always' | 'withUrl' | 'needsIndividualization'
  /** Status of the first generation; null: it has none for this. */
  readonly wmt: WmtStatusName | null
  /** What the status object of the second generation says; null: no progress event is sent. */
  readonly detail: MsdrmStatusName | IndividualizationCodeName | null
  /** `fault` and `reason` stand for the code of that member of the event, see `FAULT_CODE`. */
  readonly hr: HresultName | 'fault' | 'reason'
  readonly payload: Payload
}

/** How one kind of process shows in the second generation, and what stands for its end when no event does. */
export interface KindRow {
  readonly progress: MediaEventName | null
  readonly completed: MediaEventName
  /** Type of event that a fault of the process stands for. */
  readonly failed: string
  /** Type of event that a cancellation stands for. */
  readonly cancelled: string
}

/**
 * How each kind of process shows in the second generation. Where `progress` is null, nothing is documented as progress.
 *
 * @source docs/reference/domain.md, section 10.1
 */
export const KIND: Readonly<Record<ProcessKind, KindRow>> = {
  backup: kind('MEWMDRMLicenseBackupProgress', 'MEWMDRMLicenseBackupCompleted', 'BackupFailed', 'BackupCancelled'),
  restore: kind('MEWMDRMLicenseRestoreProgress', 'MEWMDRMLicenseRestoreCompleted', 'RestoreFailed', 'RestoreCancelled'),
  individualization: kind(
    'MEWMDRMIndividualizationProgress',
    'MEWMDRMIndividualizationCompleted',
    'IndividualizationFailed',
    'IndividualizationCancelled'
  ),
  revocation: kind(null, 'MEWMDRMRevocationDownloadCompleted', 'RevocationRefreshFailed', 'RevocationRefreshCancelled'),
  acquisition: kind(null, 'MEWMDRMLicenseAcquisitionCompleted', 'AcquisitionFailed', 'AcquisitionCancelled'),
  monitoring: kind(null, 'MEWMDRMLicenseAcquisitionCompleted', 'AcquisitionFailed', 'MonitorCancelled'),
  cleaning: kind(null, 'MEWMDRMLicenseStoreCleaned', 'LicenseStoreCleaningFailed', 'LicenseStoreCleaningCancelled'),
}

/**
 * Every domain event of the processes in terms of the platform. A type that stands in no row of its kind of process has no
 * counterpart there and is passed over (EV-15): so are the events of an individualization that a restore makes on its way.
 *
 * Cancelled, declined and unneeded runs end with a failing code, except acquisitions, whose codes are of success severity
 * (LI-64). An unneeded individualization ends with NS_E_DRM_ALREADY_INITIALIZED as the status of its end (IN-8).
 *
 * Types that no process appends, as `LicenseStoreCleaningFailed`, stand for what happens to a process: see `KindRow`.
 *
 * @source docs/reference/domain.md, sections 2.1 to 2.4, 3.1, 4, 11; docs/reference/protocols.md, section 4.7
 */
export const EVENT_MAPPING: ReadonlyArray<MappingRow> = [
  progress('backup', 'BackupBegun', 'WMT_BACKUPRESTORE_BEGIN', 'DRM_BACKUPRESTORE_BEGIN', 'S_OK', 'none'),
  progress('backup', 'BackupRestricted', 'WMT_RESTRICTED_LICENSE', 'DRM_RESTRICTED_LICENSE', 'S_OK', 'keyId'),
  progress('backup', 'LicenseBackedUp', null, 'DRM_INFORMATION', 'S_OK', 'keyId'),
  progress('backup', 'BackupProgress', null, 'DRM_INFORMATION', 'S_OK', 'progress'),
  end('backup', 'BackupEnded', 'WMT_BACKUPRESTORE_END', 'DRM_BACKUPRESTORE_END', 'S_OK', 'none'),
  end('backup', 'BackupFailed', 'WMT_ERROR', 'DRM_ERROR', 'fault', 'none'),
  end('backup', 'BackupCancelled', 'WMT_ERROR', null, 'NS_E_DRM_OPERATION_CANCELED', 'none'),

  progress('restore', 'RestoreConnecting', 'WMT_BACKUPRESTORE_CONNECTING', 'DRM_BACKUPRESTORE_CONNECTING', 'S_OK', 'none'),
  progress('restore', 'RestoreDisconnecting', 'WMT_BACKUPRESTORE_DISCONNECTING', 'DRM_BACKUPRESTORE_DISCONNECTING', 'S_OK', 'none'),
  progress('restore', 'RestoreBegun', 'WMT_BACKUPRESTORE_BEGIN', 'DRM_BACKUPRESTORE_BEGIN', 'S_OK', 'none'),
  progress('restore', 'RestoreProgress', null, 'DRM_INFORMATION', 'S_OK', 'progress'),
  progress('restore', 'LicenseRestored', null, 'DRM_INFORMATION', 'S_OK', 'keyId'),
  progress('restore', 'LicenseAlreadyHeld', null, 'DRM_INFORMATION', 'S_OK', 'keyId'),
  progress('restore', 'LicenseRestoreRefused', null, 'DRM_ERROR_WITHURL', 'reason', 'url', 'withUrl'),
  progress('restore', 'LicenseRestoreRefused', null, 'DRM_NEEDS_INDIVIDUALIZATION', 'reason', 'keyId', 'needsIndividualization'),
  progress('restore', 'LicenseRestoreRefused', null, 'DRM_ERROR', 'reason', 'keyId'),
  progress('restore', 'RestorePartSkipped', null, 'DRM_ERROR', 'NS_E_DRM_BACKUP_CORRUPT', 'none'),
  progress('restore', 'IndividualizationNeeded', null, 'DRM_NEEDS_INDIVIDUALIZATION', 'NS_E_DRM_NEEDS_INDIVIDUALIZATION', 'none'),
  end('restore', 'RestoreEnded', 'WMT_BACKUPRESTORE_END', 'DRM_BACKUPRESTORE_END', 'S_OK', 'none'),
  end('restore', 'RestoreEndedPartially', 'WMT_ERROR', 'DRM_ERROR', 'NS_E_DRM_STORE_NOTALLSTORED', 'none'),
  end('restore', 'RestoreFailed', 'WMT_ERROR_WITHURL', 'DRM_ERROR_WITHURL', 'fault', 'url', 'withUrl'),
  end('restore', 'RestoreFailed', 'WMT_ERROR', 'DRM_ERROR', 'fault', 'none'),
  end('restore', 'RestoreCancelled', 'WMT_ERROR', null, 'NS_E_DRM_OPERATION_CANCELED', 'none'),
  end('restore', 'RestoreDeclined', 'WMT_ERROR', null, 'NS_E_DRM_OPERATION_CANCELED', 'none'),

  progress('individualization', 'IndividualizationBegun', 'WMT_INDIVIDUALIZE', 'INDI_BEGIN', 'S_OK', 'individualization'),
  progress('individualization', 'IndividualizationProgress', 'WMT_INDIVIDUALIZE', 'INDI_DOWNLOAD', 'S_OK', 'individualization'),
  progress('individualization', 'IndividualizationInstalling', 'WMT_INDIVIDUALIZE', 'INDI_INSTALL', 'S_OK', 'individualization'),
  indiEnd('IndividualizationSucceeded', 'INDI_SUCCEED', 'NS_S_DRM_INDIVIDUALIZED'),
  indiEnd('IndividualizationFailed', 'INDI_FAIL', 'fault'),
  indiEnd('IndividualizationCancelled', 'INDI_CANCEL', 'NS_E_DRM_OPERATION_CANCELED'),
  indiEnd('IndividualizationDeclined', 'INDI_CANCEL', 'NS_E_DRM_OPERATION_CANCELED'),
  indiEnd('IndividualizationUnneeded', 'INDI_FAIL', 'NS_E_DRM_ALREADY_INITIALIZED'),

  end('revocation', 'RevocationRefreshEnded', null, 'DRM_REFRESHCRL_COMPLETE', 'S_OK', 'none'),
  end('revocation', 'RevocationRefreshFailed', null, null, 'fault', 'none'),
  end('revocation', 'RevocationRefreshCancelled', null, null, 'NS_E_DRM_OPERATION_CANCELED', 'none'),

  end('acquisition', 'LicenseAcquired', 'WMT_ACQUIRE_LICENSE', null, 'NS_S_DRM_LICENSE_ACQUIRED', 'license'),
  end('acquisition', 'AcquisitionRefused', 'WMT_ACQUIRE_LICENSE', null, 'reason', 'license'),
  end('acquisition', 'AcquisitionFailed', 'WMT_ACQUIRE_LICENSE', null, 'fault', 'license'),
  end('acquisition', 'AcquisitionChallenged', 'WMT_ACQUIRE_LICENSE', null, 'S_OK', 'challenge'),
  end('acquisition', 'AcquisitionCancelled', 'WMT_ACQUIRE_LICENSE', null, 'NS_S_DRM_ACQUIRE_CANCELLED', 'license'),
  end('monitoring', 'LicenseAcquired', 'WMT_ACQUIRE_LICENSE', null, 'NS_S_DRM_LICENSE_ACQUIRED', 'license'),
  end('monitoring', 'AcquisitionRefused', 'WMT_ACQUIRE_LICENSE', null, 'reason', 'license'),
  end('monitoring', 'AcquisitionFailed', 'WMT_ACQUIRE_LICENSE', null, 'fault', 'license'),
  end('monitoring', 'MonitorCancelled', 'WMT_ACQUIRE_LICENSE', null, 'NS_S_DRM_MONITOR_CANCELLED', 'license'),

  end('cleaning', 'LicenseStoreCleaned', null, null, 'S_OK', 'none'),
  end('cleaning', 'LicenseStoreCleaningFailed', null, null, 'fault', 'none'),
  end('cleaning', 'LicenseStoreCleaningCancelled', null, null, 'NS_E_DRM_OPERATION_CANCELED', 'none'),
]

/** The row for an event of a process; nothing for an event that the platform knows no counterpart of. */
export const mappingRow = (ofKind: ProcessKind, type: string, detail: EventDetail): MappingRow | undefined =>
  EVENT_MAPPING.find((row) => row.kind === ofKind && row.type === type && FITS[row.when](detail))

const FITS: Readonly<Record<MappingRow['when'], (detail: EventDetail) => boolean>> = {
  always: () => true,
  withUrl: ({ url }) => typeof url === 'string',
  needsIndividualization: ({ reason }) => reason === 'StoreNeedsIndividualization',
}

type Cells = readonly [
  kind: ProcessKind,
  type: string,
  wmt: WmtStatusName | null,
  detail: MappingRow['detail'],
  hr: MappingRow['hr'],
  payload: Payload,
  when?: MappingRow['when'],
]

function progress(...cells: Cells): MappingRow {
  return mapped('progress', cells)
}

function end(...cells: Cells): MappingRow {
  return mapped('end', cells)
}

function indiEnd(type: string, detail: IndividualizationCodeName, hr: MappingRow['hr']): MappingRow {
  return end('individualization', type, 'WMT_INDIVIDUALIZE', detail, hr, 'individualization')
}

function mapped(role: MappingRow['role'], [ofKind, type, wmt, detail, hr, payload, when = 'always']: Cells): MappingRow {
  return { kind: ofKind, type, role, when, wmt, detail, hr, payload }
}

function kind(progressEvent: MediaEventName | null, completed: MediaEventName, failed: string, cancelled: string): KindRow {
  return { progress: progressEvent, completed, failed, cancelled }
}
