import { defer, type Observable, throwError, timer } from 'rxjs'
import { retry, tap } from 'rxjs/operators'

import type { StoredEvent } from '../../event/stored-event'
import { CoreError } from '../../fault/core-error'
import type { EventStore } from '../event-store'

const PAUSE_MILLISECONDS = 250
/** Connection gone, refused or unreachable; server shutting down, starting or full. Not: refused login, closed store. */
const PASSING = /^(?:CONNECTION_|E[A-Z]+$|08|53300$|57P0)/

/** Reads a log on from the last event where the connection breaks, as often as it does; other errors pass. */
export const resumed =
  (readAll: EventStore['readAll']): EventStore['readAll'] =>
  (afterPosition = 0) =>
    defer((): Observable<StoredEvent> => {
      let position = afterPosition
      return defer(() => readAll(position)).pipe(
        tap((event) => (position = event.position)),
        retry({ delay: (error: unknown) => (passes(error) ? timer(PAUSE_MILLISECONDS) : throwError(() => error)) })
      )
    })

const passes = (error: unknown): boolean =>
  error instanceof CoreError && error.fault.type === 'StoreUnavailable' && PASSING.test(error.fault.code)
