import type { TaskEither } from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import type { CoreError } from '../fault/core-error'
import type { StoreFault } from '../fault/core-fault'
import type { StoredEvent } from '../event/stored-event'
import type { LogHead } from './log-head'

/** An event as a decider hands it to the store: what happened, before the log gives it a place. */
export interface NewEvent {
  /** Past tense, as in `LicenseStored`. */
  readonly type: string
  /** Version of the shape of `data`; starts at 1. */
  readonly schemaVersion: number
  /** JSON values only; the text that is stored is what the hash chain covers. */
  readonly data: unknown
  /** UUIDv7 of the caller's making, where data is sealed to it; without it the store makes one. */
  readonly id?: string
}

/** What an append expects of one stream, and what it adds there. */
export interface StreamAppend {
  readonly stream: string
  /** Number of events that the stream holds before the append; 0 for a stream that must be new, `'any'` for no expectation. */
  readonly expectedRevision: number | 'any'
  readonly events: ReadonlyArray<NewEvent>
}

/**
 * A change of state that is no event, because its history must be forgettable: a wrapped key, a shred key, the keys of a
 * session. A snapshot is none either: it follows from the events and may be deleted at any time.
 */
export interface StateChange {
  readonly space: 'key-envelope' | 'shred-key' | 'snapshot' | 'session'
  readonly key: string
  /** `null` deletes; the engine overwrites deleted bytes. */
  readonly value: Uint8Array | null
}

/** What an append expects of a read model: that the rows which the caller decided from are still all rows under the key. */
export interface ModelExpectation {
  readonly model: string
  readonly key: string
  /** Ids of all rows under the key, in order; none for a key that must have no rows. */
  readonly ids: ReadonlyArray<string>
}

/** One atomic append over any number of streams. */
export interface AppendRequest {
  readonly appends: ReadonlyArray<StreamAppend>
  /** Changed in the same transaction as the events. */
  readonly state?: ReadonlyArray<StateChange>
  /** Checked in the same transaction, after the models have seen the whole log. */
  readonly expects?: ReadonlyArray<ModelExpectation>
  /** A repeat with the same key stores nothing and answers with the first result. */
  readonly idempotencyKey?: string
  /** Event id of the cause. */
  readonly causation?: string
  /** Id shared by all events of one operation. */
  readonly correlation?: string
}

/** A row of a read model, changed in the same transaction as the events it is derived from. */
export interface ReadModelChange {
  readonly model: string
  /** What it is looked up by. */
  readonly key: string
  /** Unique within model and key. */
  readonly id: string
  /** JSON value; `null` deletes the row. */
  readonly value: unknown
}

/**
 * Derives rows from events. Pure, so that a model can be rebuilt and compared with the log. May throw {@link CoreError} with
 * `EventUnreadable`.
 */
export interface Projection {
  readonly model: string
  readonly project: (event: StoredEvent) => ReadonlyArray<ReadModelChange>
}

/** A row found by `lookUp` or `scan`. */
export interface ReadModelRow {
  readonly id: string
  readonly value: unknown
}

/**
 * The append-only log and the state that moves with it.
 *
 * An event that was emitted or returned is stored durably. Positions are gapless and in commit order.
 */
export interface EventStore {
  /**
   * Adds all events or none.
   *
   * @errors `RevisionConflict` when a stream is not at its expected revision, `ModelConflict` when a read model has other
   * rows than expected; `StoreLocked`, `StoreUnavailable`, `DiskFull` from outside.
   */
  readonly append: (request: AppendRequest) => TaskEither<StoreFault, ReadonlyArray<StoredEvent>>
  /** The events of one stream in order of revision; cold, completes at its present end. */
  readonly read: (stream: string, fromRevision?: number) => Observable<StoredEvent>
  /** All events of each of many streams at one moment, in order of revision: each stream is in the answer. For streams that are short. */
  readonly readMany: (streams: ReadonlyArray<string>) => TaskEither<StoreFault, ReadonlyMap<string, ReadonlyArray<StoredEvent>>>
  /** All events above a global position, in order; cold, completes at the present end. The error channel carries {@link CoreError}. */
  readonly readAll: (afterPosition?: number) => Observable<StoredEvent>
  /** The event with an id, or nothing. */
  readonly event: (id: string) => TaskEither<StoreFault, StoredEvent | undefined>
  /**
   * All events above a position, then each new one soon after it is stored, whoever stores it: in order, without gaps or
   * repeats. Never completes. The error channel carries {@link CoreError}, also when the store is closed.
   */
  readonly follow: (afterPosition?: number) => Observable<StoredEvent>
  /** The rows under a key in order of `id` (of its UTF-8 bytes). */
  readonly lookUp: (model: string, key: string) => TaskEither<StoreFault, ReadonlyArray<ReadModelRow>>
  /** As `lookUp`, for many keys at one moment: each of them is in the answer, with its rows or none. */
  readonly lookUpAll: (
    model: string,
    keys: ReadonlyArray<string>
  ) => TaskEither<StoreFault, ReadonlyMap<string, ReadonlyArray<ReadModelRow>>>
  /** As `lookUp`, page by page for keys with many rows; cold. A page has the rows of the time at which it is read. */
  readonly scan: (model: string, key: string) => Observable<ReadModelRow>
  readonly state: (space: StateChange['space'], key: string) => TaskEither<StoreFault, Uint8Array | undefined>
  /** As `state`, for many keys at one moment; a key without a value is not in the answer. */
  readonly states: (
    space: StateChange['space'],
    keys: ReadonlyArray<string>
  ) => TaskEither<StoreFault, ReadonlyMap<string, Uint8Array>>
  /** @errors `LogBroken` when the head and the newest record are not at the same place. */
  readonly head: () => TaskEither<StoreFault, LogHead>
  readonly close: () => void
}

/** Named here so that readers of the port find the class that its streams carry. */
export type EventStoreError = CoreError
