import type { CoreFault } from '@custody/core/fault'
import type { NewEvent } from '@custody/core/store'
import type { StoredEvent } from '@custody/core/event'
import type { Home } from '@custody/core/home'
import { PipelineError, type PipelineFault } from '@custody/pipeline/fault'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { Observable, ReplaySubject, takeUntil } from 'rxjs'

import type { TransferEnv } from './transfer-env'
import { TransferError, type TransferFault } from './transfer-error'

/** What the body of a process works with. */
export interface ProcessContext {
  /** The home, its store watched: whatever is appended through it is emitted once it is stored. */
  readonly home: Home
  /** Fires at unsubscription, for late subscribers too. */
  readonly cancelled: Observable<void>
  readonly isCancelled: () => boolean
}

/**
 * Makes a process of an asynchronous body: cold, emits each event after it was stored, and lets the body clean up and
 * record when it is unsubscribed.
 *
 * @errors `TransferError`.
 */
export const runProcess = (
  { home, onSettled }: TransferEnv,
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
          subscriber.error(toTransferError(error))
        }
      )
      .finally(onSettled)
    return () => {
      if (!done) cancelled.next()
    }
  })

const watch = (home: Home, emit: (event: StoredEvent) => void): Home => ({
  ...home,
  store: {
    ...home.store,
    append: (request) => async () => {
      const answer = await home.store.append(request)()
      if (E.isRight(answer)) answer.right.forEach(emit)
      return answer
    },
  },
})

const toTransferError = (error: unknown): unknown =>
  error instanceof PipelineError ? new TransferError(error.fault) : error

/** Runs a task of core or pipeline inside a body; `Left` ends the process with a `TransferError`. */
export const step = async <A>(task: TaskEither<CoreFault | PipelineFault | TransferFault, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw new TransferError(answer.left)
  return answer.right
}

/** Runs a pipeline to its end inside a body, or until the process is cancelled; answers the last value. */
export const drain = <T>({ cancelled }: ProcessContext, pipeline: Observable<T>, each: (value: T) => void): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    let last: T | undefined
    pipeline.pipe(takeUntil(cancelled)).subscribe({
      next: (value) => {
        last = value
        each(value)
      },
      error: reject,
      complete: () => {
        resolve(last)
      },
    })
  })

/** Appends events to a stream of the transfer, in order, whatever stands there. */
export const record = (context: ProcessContext, stream: string, ...events: ReadonlyArray<NewEvent>): Promise<unknown> =>
  step(context.home.store.append({ appends: [{ stream, expectedRevision: 'any', events }] }))
