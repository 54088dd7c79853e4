import { Observable, type Subscriber } from 'rxjs'

import type { StoredEvent } from '../../event/stored-event'
import type { Process } from '../process'

/** One run of a scripted process. */
export interface ScriptedRun {
  readonly emit: (...events: ReadonlyArray<StoredEvent>) => void
  readonly fault: (error: unknown) => void
  readonly complete: () => void
  /** Emits and completes. */
  readonly end: (...events: ReadonlyArray<StoredEvent>) => void
  /** Whether it was unsubscribed before it ended. */
  readonly isCancelled: () => boolean
}

/** A process whose every step a test makes. */
export interface ScriptedProcess {
  readonly process: Process
  /** Those that were subscribed, in order. */
  readonly runs: ReadonlyArray<ScriptedRun>
  /** The newest run. */
  readonly last: () => ScriptedRun
}

const runOf = (subscriber: Subscriber<StoredEvent>): ScriptedRun & { cancel: () => void } => {
  let ended = false
  let cancelled = false
  const emit: ScriptedRun['emit'] = (...events) => events.forEach((event) => subscriber.next(event))
  const complete = (): void => {
    ended = true
    subscriber.complete()
  }
  return {
    emit,
    end: (...events) => {
      emit(...events)
      complete()
    },
    fault: (error) => {
      ended = true
      subscriber.error(error)
    },
    complete,
    isCancelled: () => cancelled,
    cancel: () => {
      if (!ended) cancelled = true
    },
  }
}

/** Makes a process that does nothing of its own. */
export const scriptedProcess = (): ScriptedProcess => {
  const runs: ScriptedRun[] = []
  return {
    process: () =>
      // Driven by hand, and told of its unsubscription.
      new Observable<StoredEvent>((subscriber) => {
        const run = runOf(subscriber)
        runs.push(run)
        return () => run.cancel()
      }),
    runs,
    last: () => {
      const run = runs.at(-1)
      if (run === undefined) throw new RangeError('the process was not started')
      return run
    },
  }
}

/** Waits until what was put off to after the present call has run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
