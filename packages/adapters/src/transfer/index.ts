export { exportMedia } from './export-media'
export type { ExportRequest, TransferProgress } from './export-request'
export { protectMedia } from './protect-media'
export type { ProtectRequest } from './protect-request'
export type { TransferEnv } from './transfer-env'
export { TransferError } from './transfer-error'
export type { TransferFault } from './transfer-error'
export {
  ExportBegun,
  ExportEnded,
  ProtectionBegun,
  ProtectionEnded,
  SourceDamageFound,
  StreamsDeclaredClear,
  StreamsLeftOut,
  TransferCancelled,
  TransferCheckpointed,
  TransferFailed,
  TransferResumed,
} from './transfer-event'
