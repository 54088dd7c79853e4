import * as E from 'fp-ts/Either'
import { Observable, ReplaySubject } from 'rxjs'

import type { StoredEvent } from '../event/stored-event'
import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { NewEvent } from '../store/event-store'

/** What the body of a process works with. */
export interface ProcessContext {
  /** The home, its store watched: whatever is appended through it is emitted once it is stored. */
  readonly home: Home
  /** Fires at unsubscription, for late subscribers too. */
  readonly cancelled: Observable<void>
  readonly isCancelled: () => boolean
}

/** What a process is run with. */
export interface ProcessEnv {
  readonly home: Home
  /** Told when the process has cleaned up and recorded its end, cancelled ones included. */
  readonly onSettled?: () => void
}

/**
 * Makes a process of an asynchronous body: cold, emits each event after it was stored, and lets the body clean up and
 * record when it is unsubscribed. What the body throws goes to the error channel.
 */
export const runProcess = (
  { home, onSettled }: ProcessEnv,
  body: (context: ProcessContext) => Promise<void>
): Observable<StoredEvent> =>
  // A source of its own: events come from inside the store's appends, and the body outlives an unsubscription to clean up.
  new Observable<StoredEvent>((subscriber) => {
    const cancelled = new ReplaySubject<void>(1)
    let done = false
    const watched = watch(home, (event) => {
      subscriber.next(event)
    })
    body({ home: watched, cancelled, isCancelled: () => subscriber.closed && !done })
      .then(
        () => {
          done = true
          subscriber.complete()
        },
        (error: unknown) => {
          done = true
          subscriber.error(error)
        }
      )
      .finally(onSettled)
    return () => {
      if (!done) cancelled.next()
    }
  })

const watch = (home: Home, emit: (event: StoredEvent) => void): Home => {
  const append: Home['store']['append'] = (request) => async () => {
    const answer = await home.store.append(request)()
    if (E.isRight(answer)) answer.right.forEach(emit)
    return answer
  }
  // By descriptors: what a home reads anew at each look goes on being read anew.
  return Object.defineProperties({} as Home, {
    ...Object.getOwnPropertyDescriptors(home),
    store: { value: { ...home.store, append }, enumerable: true },
  })
}

/** Appends events to one stream, whatever stands there, as part of one operation. */
export const record = (
  { home }: ProcessContext,
  stream: string,
  correlation: string,
  ...events: ReadonlyArray<NewEvent>
): Promise<ReadonlyArray<StoredEvent>> =>
  runTask(home.store.append({ appends: [{ stream, expectedRevision: 'any', events }], correlation }))
