import type { CoreFault } from '@custody/core/fault'
import type { NewEvent } from '@custody/core/store'
import type { StoredEvent } from '@custody/core/event'
import { runProcess as runCoreProcess, type ProcessContext } from '@custody/core/process'
import { PipelineError, type PipelineFault } from '@custody/pipeline/fault'
import * as E from 'fp-ts/Either'
import type { TaskEither } from 'fp-ts/TaskEither'
import { catchError, takeUntil, throwError, type Observable } from 'rxjs'

import type { TransferEnv } from './transfer-env'
import { TransferError, type TransferFault } from './transfer-error'

/**
 * Runs a transfer as a process of core: cold, emits each event after it was stored, and lets the body clean up and record when it
 * is unsubscribed.
 *
 * @errors `TransferError`.
 */
export const runProcess = (env: TransferEnv, body: (context: ProcessContext) => Promise<void>): Observable<StoredEvent> =>
  runCoreProcess(env, body).pipe(catchError((error: unknown) => throwError(() => toTransferError(error))))

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
