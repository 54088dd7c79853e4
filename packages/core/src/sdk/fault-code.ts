import { CoreError } from '../fault/core-error'
import type { HresultName } from './hresult'
import type { ProcessKind } from './process'

/**
 * The result code for each fault and each reason of a refusal that the platform has a code for.
 *
 * @source docs/reference/protocols.md, section 11; meanings in docs/reference/domain.md, section 11
 */
export const FAULT_CODE: Readonly<Record<string, HresultName>> = {
  Individualizing: 'NS_E_DRM_INDIVIDUALIZING',
  IndividualizationUnneeded: 'NS_E_DRM_ALREADY_INITIALIZED',
  IndividualizationFraudLimit: 'NS_E_DRM_INDIV_FRAUD',
  IndividualizationUnavailable: 'NS_E_DRM_INDIV_SERVICE_UNAVAILABLE',
  IndividualizationRequired: 'NS_E_DRM_NEEDS_INDIVIDUALIZATION',
  NotIndividualized: 'NS_E_DRM_NEEDS_INDIVIDUALIZATION',
  PackageSignatureInvalid: 'NS_E_DRM_SECURITY_COMPONENT_SIGNATURE_INVALID',
  InstallIncomplete: 'NS_E_DRM_INDIVIDUALIZATION_INCOMPLETE',
  BackupExists: 'NS_E_DRM_BACKUP_EXISTS',
  BackupBusy: 'NS_E_DRM_BACKUPRESTORE_BUSY',
  BackupMissing: 'NS_E_DRM_BACKUP_CORRUPT',
  BackupDamaged: 'NS_E_DRM_BACKUP_CORRUPT',
  BackupPartDamaged: 'NS_E_DRM_BACKUP_CORRUPT',
  BackupPointerDamaged: 'NS_E_DRM_BACKUP_CORRUPT',
  RestoreLimitReached: 'NS_E_DRM_RESTORE_FRAUD',
  StoreNeedsIndividualization: 'NS_E_DRM_STORE_NEEDINDI',
  NotAllStored: 'NS_E_DRM_STORE_NOTALLSTORED',
  BackupRightMissing: 'NS_E_DRM_STORE_NOTALLOWED',
  IdempotencyConflict: 'NS_E_BACKUP_RESTORE_BAD_REQUEST_ID',
  ReplyInvalid: 'NS_E_DRM_ERROR_BAD_NET_RESP',
  ReplyTooLarge: 'NS_E_DRM_ERROR_BAD_NET_RESP',
  Cancelled: 'NS_E_DRM_OPERATION_CANCELED',
  ConsentDeclined: 'NS_E_DRM_OPERATION_CANCELED',
  ConsentMissing: 'NS_E_DRM_OPERATION_CANCELED',
  BindingMismatch: 'NS_E_DRM_HARDWAREID_MISMATCH',
  OnlineDisabled: 'NS_E_DRM_POLICY_DISABLE_ONLINE',
  HomeCopied: 'NS_E_DRM_INVALID_MACHINE',
  HandleStale: 'NS_E_INVALID_REQUEST',
  BadInput: 'E_INVALIDARG',
  StoreLocked: 'NS_E_DRM_BUSY',
  CertificateInvalid: 'NS_E_DRM_INVALID_CERTIFICATE',
  CertificateRevoked: 'NS_E_DRM_CERTIFICATE_REVOKED',
  LevelInadequate: 'NS_E_DRM_CERTIFICATE_SECURITY_LEVEL_INADEQUATE',
  LicenseMalformed: 'NS_E_DRM_INVALID_LICENSE',
  LicenseSignatureInvalid: 'NS_E_DRM_INVALID_LICENSE',
  ChainTooLong: 'NS_E_DRM_CHAIN_TOO_LONG',
  UplinkMissing: 'NS_E_DRM_NO_UPLINK_LICENSE',
  RevocationTooOld: 'NS_E_DRM_RIV_TOO_SMALL',
  RevocationMalformed: 'NS_E_DRM_INVALID_CRL',
  NoRight: 'NS_E_DRM_NO_RIGHTS',
  Acquiring: 'NS_E_DRM_ACQUIRING_LICENSE',
  LicenseUrlMissing: 'NS_E_LICENSE_HEADER_MISSING_URL',
  UrlTampered: 'NS_E_DRM_INVALID_CONTENT',
  InclusionMissing: 'NS_E_DRM_INCLUSION_LIST_REQUIRED',
}

/**
 * In an acquisition the code also says what to do next (LI-63): try the non-silent way, or individualize.
 */
const IN_ACQUISITION: Readonly<Record<string, HresultName>> = {
  LicenseUnavailable: 'NS_E_DRM_LICENSE_NOTACQUIRED',
  NotSilent: 'NS_E_DRM_LICENSE_NOTACQUIRED',
  SessionExpired: 'NS_E_DRM_LICENSE_NOTACQUIRED',
  LicenseExists: 'NS_E_DRM_LICENSE_STORE_ERROR',
  LicenseRevoked: 'NS_E_DRM_LICENSE_STORE_ERROR',
  StoreLocked: 'NS_E_DRM_LICENSE_STORE_ERROR',
  StoreUnavailable: 'NS_E_DRM_LICENSE_STORE_ERROR',
  DiskFull: 'NS_E_DRM_LICENSE_STORE_ERROR',
  RevisionConflict: 'NS_E_DRM_LICENSE_STORE_ERROR',
  ModelConflict: 'NS_E_DRM_LICENSE_STORE_ERROR',
  AuthorityUnknown: 'NS_E_DRM_NEEDS_INDIVIDUALIZATION',
  CredentialInvalid: 'NS_E_DRM_NEEDS_INDIVIDUALIZATION',
}

/** The service that a kind of operation talks to, as the platform names it when it is away. */
const SERVICE_AWAY: Readonly<Partial<Record<ProcessKind, HresultName>>> = {
  restore: 'NS_E_DRM_RESTORE_SERVICE_UNAVAILABLE',
  individualization: 'NS_E_DRM_INDIV_SERVICE_UNAVAILABLE',
}

/** What a kind of operation says when its fault has no code of its own. */
const GENERAL: Readonly<Record<ProcessKind, HresultName>> = {
  backup: 'NS_E_DRM_LICENSE_STORE_ERROR',
  restore: 'NS_E_BACKUP_RESTORE_FAILURE',
  individualization: 'NS_E_DRM_INDIVIDUALIZE_ERROR',
  revocation: 'NS_E_DRM_ERROR_BAD_NET_RESP',
  acquisition: 'NS_E_DRM_UNABLE_TO_ACQUIRE_LICENSE',
  monitoring: 'NS_E_DRM_MONITOR_ERROR',
  cleaning: 'NS_E_DRM_LICENSE_STORE_ERROR',
}

/** The result code of a fault, by its tag, in one kind of operation. Every fault has one, and each is of failing severity. */
export const faultCode = (kind: ProcessKind, fault: string): HresultName => {
  const acquires = kind === 'acquisition' || kind === 'monitoring'
  const own = acquires ? codeIn(IN_ACQUISITION, fault) : undefined
  const away = fault === 'ServiceUnavailable' ? SERVICE_AWAY[kind] : undefined
  return own ?? codeIn(FAULT_CODE, fault) ?? away ?? GENERAL[kind]
}

const codeIn = (table: Readonly<Record<string, HresultName>>, fault: string): HresultName | undefined =>
  Object.hasOwn(table, fault) ? table[fault] : undefined

/** The tag that a fault of a process goes by: for a refusal of a service its reason. */
export const faultTag = (error: unknown): string => {
  if (!(error instanceof CoreError)) return 'Unexpected'
  const { fault } = error
  return fault.type === 'ServiceRefused' ? fault.reason : fault.type
}
