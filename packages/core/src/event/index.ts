export { chainHash, genesisHash, type HashedRecord } from './chain-hash'
export { decodeEvent, type EventUnreadable, type RecordedEvent } from './decode-event'
export {
  type AnyEventDefinition,
  defineEvent,
  type EventDefinition,
  newEvent,
  upcast,
  type Upcaster,
} from './define-event'
export { type LogRecord, storedEvent } from './log-record'
export type { StoredEvent } from './stored-event'
export { uuidV7 } from './uuid-v7'
