import type { TaskEither } from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import type { LogRecord } from '../event/log-record'
import type { StoreFault } from '../fault/core-fault'
import type { StateChange } from './event-store'
import type { LogHead } from './log-head'

/** A row of a read model with all of its names. */
export interface ModelRow {
  readonly key: string
  readonly id: string
  readonly value: unknown
}

/** A value that is kept beside the log. */
export interface StateRow {
  readonly key: string
  readonly value: Uint8Array
}

/** The store as it lies there, for those who verify, anchor or copy it. Error channels carry `CoreError`. */
export interface LogAccess {
  /** @errors `LogBroken` when the head and the newest record are not at the same place. */
  readonly head: () => TaskEither<StoreFault, LogHead>
  /** Records above a position, in order; cold, completes at the end that the log had at subscription. */
  readonly records: (afterPosition?: number) => Observable<LogRecord>
  /**
   * Checks what the chain of records does not cover: the engine's own structures, and each value beside the log.
   *
   * @errors `LogBroken` for the engine's structures, `StateBroken` with table and key.
   */
  readonly selfCheck: () => TaskEither<StoreFault, void>
  /** All rows of a read model, by key and then id, both in order of their UTF-8 bytes; cold, page by page. */
  readonly modelRows: (model: string) => Observable<ModelRow>
  /** All values of a space by key, in order of its UTF-8 bytes; cold, page by page. Each value is the reader's own. */
  readonly stateRows: (space: StateChange['space']) => Observable<StateRow>
}
