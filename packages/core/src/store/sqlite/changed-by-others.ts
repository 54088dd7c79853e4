import { Observable } from 'rxjs'

import { CoreError } from '../../fault/core-error'
import type { Sql } from './sql'
import { storeFault } from './sqlite-fault'

const PERIOD_MILLISECONDS = 250

/**
 * Emits after another connection, of this process or any other, committed something. Compares a counter in the engine's
 * shared memory, which reads no page.
 *
 * @errors CoreError with the store's fault.
 */
export const changedByOthers = (place: string, sql: () => Sql, everyMilliseconds = PERIOD_MILLISECONDS): Observable<void> =>
  new Observable((subscriber) => {
    let seen: unknown
    const look = (): void => {
      try {
        const [[version] = []] = sql().rows('PRAGMA data_version')
        const changed = seen !== undefined && version !== seen
        seen = version
        if (changed) subscriber.next()
      } catch (error) {
        const fault = storeFault(place, error)
        subscriber.error(fault === undefined ? error : new CoreError(fault))
      }
    }
    look()
    const timer = setInterval(look, everyMilliseconds)
    return () => clearInterval(timer)
  })
