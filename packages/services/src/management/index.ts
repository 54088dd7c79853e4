export { endExpiredSessions } from './end-sessions'
export type { ManagementEnv } from './management-env'
export {
  GuardOpened,
  GuardTried,
  RestoreAttempted,
  RestoreBatchDecided,
  RestoreSessionEnded,
  RestoreSessionOpened,
} from './management-event'
export { managementEnv, managementService } from './management-service'
export { MANAGEMENT_PROJECTIONS } from './restored-computers'
