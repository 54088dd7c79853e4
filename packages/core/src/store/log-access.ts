import type { TaskEither } from 'fp-ts/TaskEither'
import type { Observable } from 'rxjs'

import type { LogRecord } from '../event/log-record'
import type { StoreFault } from '../fault/core-fault'

/** The newest record's place and hash; of an empty log, position 0 and the hash before the first record. */
export interface LogHead {
  readonly position: number
  /** 64 lower-case hex digits. */
  readonly hash: string
}

/** The log as stored bytes, for those who verify, anchor or copy it. */
export interface LogAccess {
  readonly head: () => TaskEither<StoreFault, LogHead>
  /** Records above a position, in order; cold, completes at the end that the log had at subscription. */
  readonly records: (afterPosition?: number) => Observable<LogRecord>
}
