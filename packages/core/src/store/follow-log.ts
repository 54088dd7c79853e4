import { asapScheduler, defer, merge, type Observable, of } from 'rxjs'
import { concatMap, filter, observeOn, tap } from 'rxjs/operators'

import type { StoredEvent } from '../event/stored-event'
import type { EventStore } from './event-store'

/**
 * Follows a log by reading on from the last position after each wake-up. Positions are gapless and in commit order, so
 * nothing is missed or repeated whoever writes; a wake-up too many costs one empty read. Whoever subscribes gets events
 * apart from the append that stored them, never inside of it.
 *
 * @param wakeUps$ emits after something may have been stored; its errors and those of `readAll` end the following.
 */
export const followLog =
  (readAll: EventStore['readAll'], wakeUps$: Observable<unknown>): EventStore['follow'] =>
  (afterPosition = 0) =>
    defer(() => {
      let position = afterPosition
      let waiting = false
      const unread$ = defer((): Observable<StoredEvent> => {
        waiting = false
        return readAll(position)
      }).pipe(tap((event) => (position = event.position)))
      // While a read goes on, one more is enough for all wake-ups that come meanwhile.
      const turns$ = merge(wakeUps$.pipe(observeOn(asapScheduler)), of(undefined)).pipe(
        filter(() => !waiting),
        tap(() => (waiting = true))
      )
      return turns$.pipe(concatMap(() => unread$))
    })
