import { Subject } from 'rxjs'

import { genesisHash } from '../../event/chain-hash'
import type { LogRecord } from '../../event/log-record'
import type { StateChange } from '../event-store'
import type { LogHead } from '../log-head'

/** A read model: the rows by key and id as JSON text, and the position of the newest event that it has seen. */
export interface MemoryModel {
  position: number
  readonly rows: Map<string, Map<string, string>>
}

/** A log in memory, with all that moves with it. Belongs to the stores that are opened on it, and ends with the process. */
export interface MemoryLog {
  readonly records: LogRecord[]
  /** Positions by stream, in order of revision. */
  readonly streams: Map<string, number[]>
  readonly models: Map<string, MemoryModel>
  readonly state: Map<StateChange['space'], Map<string, Uint8Array>>
  /** First and last position of an append, by stream and then by key. */
  readonly idempotency: Map<string, Map<string, { readonly first: number; readonly last: number }>>
  head: LogHead
  /** Emits after each append, of whichever store. */
  readonly stored$: Subject<void>
}

/**
 * An empty log.
 *
 * @param logId thumbprint of the log key, which the first record is tied to.
 */
export const memoryLog = (logId: string): MemoryLog => ({
  records: [],
  streams: new Map(),
  models: new Map(),
  state: new Map(),
  idempotency: new Map(),
  head: { position: 0, hash: genesisHash(logId), time: 0 },
  stored$: new Subject(),
})

/** The records of a stream from a revision. */
export const recordsOfStream = ({ records, streams }: MemoryLog, stream: string, from = 1): ReadonlyArray<LogRecord> =>
  (streams.get(stream) ?? []).slice(Math.max(0, from - 1)).flatMap((position) => records[position - 1] ?? [])
