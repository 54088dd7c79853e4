export type {
  AppendRequest,
  EventStore,
  EventStoreError,
  ModelExpectation,
  NewEvent,
  Projection,
  ReadModelChange,
  ReadModelRow,
  StateChange,
  StreamAppend,
} from './event-store'
export type { LogAccess, ModelRow, StateRow } from './log-access'
export type { LogHead } from './log-head'
export { type VerifiedLog, verifyLog } from './verify-log'
export { type StoreExpectations, verifyStore } from './verify-store'
