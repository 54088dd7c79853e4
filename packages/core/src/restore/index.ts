export { type BatchKeyOwner, openBatchKeys, sealBatchKeys } from './batch-keys'
export {
  IndividualizationNeeded,
  LicenseAlreadyHeld,
  LicenseRestored,
  LicenseRestoreRefused,
  RestoreBegun,
  RestoreCancelled,
  RestoreConnecting,
  RestoreDeclined,
  RestoreDisconnecting,
  RestoreEnded,
  RestoreEndedPartially,
  RestoreFailed,
  RestorePartSkipped,
  RestoreProgress,
  RestoreRequested,
} from './restore-event'
export {
  BATCH_LIMIT,
  BatchHead,
  batchPath,
  BatchReply,
  CREDENTIAL_HEADER,
  endPath,
  EndRestoreBody,
  EndRestoreReply,
  guardHeader,
  HISTORY_PATH,
  HistoryReply,
  LicenseVerdict,
  MAX_BODY,
  MOST_COMPUTERS,
  OpenRestoreBody,
  OpenRestoreReply,
  RESTORE_PATH,
  transportHeader,
} from './restore-messages'
export type { RestoreEnv, RestoreRequest } from './restore-env'
export { restoreHistory, type RestoreHistoryEnv } from './restore-history'
export { restoreLicenses } from './restore-licenses'
