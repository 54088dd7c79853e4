export {
  createBackupRestorer,
  type BackupRestorer,
  type BackupRestorerProcesses,
} from './backup-restorer'
export type { Cookie, CookieStart, EventGenerator } from './cookies'
export type { ViewedEvent } from './event-detail'
export { EVENT_MAPPING, KIND, type KindRow, type MappingRow, type Payload } from './event-mapping'
export type { EventPull, PulledEvent } from './event-queue'
export { FAULT_CODE, faultCode } from './fault-code'
export { FLAGS } from './flags'
export { HRESULT, isDone, isFailure, NOT_PLAIN_COMPLETION, type Hresult, type HresultName } from './hresult'
export { HTTP_STATUS, type HttpStatusName } from './http-status'
export { INDIVIDUALIZATION_CODE, type IndividualizationCodeName } from './individualization-code'
export {
  createLicenseManagement,
  type LicenseManagement,
  type LicenseManagementEnv,
  type LicenseManagementProcesses,
} from './license-management'
export { MEDIA_EVENT, type MediaEventName } from './media-event'
export {
  missingLicense,
  missingLicenseCode,
  waysToLicense,
  type AcquisitionWays,
  type UnopenedContent,
} from './missing-license'
export { MSDRM_STATUS, type MsdrmStatusName } from './msdrm-status'
export type {
  AcquireRequest,
  AcquisitionMode,
  BackupRequest,
  IndividualizeRequest,
  Process,
  ProcessKind,
  RestoreRequest,
} from './process'
export { createReader, type Reader, type ReaderContent, type ReaderProcesses } from './reader'
export type { PropertyAnswer, RestorerProperties, RestorerProperty } from './restorer-properties'
export { createSecurity, type Security, type SecurityEnv, type SecurityProcesses } from './security'
export type { OnStatus } from './status-callback'
export type {
  BackupRestoreStatus,
  MediaEvent,
  NonSilentAcquisition,
  StatusObject,
  WmGetLicenseData,
  WmIndividualizeStatus,
  WmtSignal,
} from './status-object'
export { sdkTrace, type SdkTrace } from './trace'
export { WMT_STATUS, type WmtStatusName } from './wmt-status'
