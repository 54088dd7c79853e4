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
  RestoreProgress,
} from './restore-event'
export {
  BATCH_LIMIT,
  BatchHead,
  batchPath,
  BatchReply,
  LicenseVerdict,
  MAX_BODY,
  OpenRestoreBody,
  OpenRestoreReply,
  RESTORE_PATH,
  transportHeader,
} from './restore-messages'
