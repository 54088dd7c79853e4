export type {
  AppendRequest,
  EventStore,
  EventStoreError,
  NewEvent,
  Projection,
  ReadModelChange,
  ReadModelRow,
  StateChange,
  StreamAppend,
} from './event-store'
export type { LogAccess, LogHead } from './log-access'
export { type VerifiedLog, verifyLog } from './verify-log'
