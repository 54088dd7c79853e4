import { defer, Subject, takeUntil, throwError } from 'rxjs'

import { CoreError } from '../fault/core-error'
import type { ViewedEvent } from './event-detail'
import { KIND } from './event-mapping'
import type { Translate } from './event-reader'
import { faultTag } from './fault-code'
import type { Process, ProcessKind } from './process'

/** A process that was started through a call of the platform. */
export interface Operation {
  /** Whether it can still be cancelled: its process has not told its end. */
  readonly isRunning: () => boolean
  /** Stops the process and reports the end; without effect once it is over (EV-9). */
  readonly cancel: () => void
}

/** What an operation is run with. */
export interface OperationPlan<Signal> {
  readonly kind: ProcessKind
  readonly process: Process
  readonly translate: Translate<Signal>
  readonly deliver: (signal: Signal) => void
}

/**
 * Starts a process. Nothing is delivered before this call has returned (BR-1), and exactly one end is delivered, last: that of
 * the process, that of its fault, or that of its cancellation (EV-5, EV-10). The end waits until the process has completed, so
 * that whoever hears of it may start the next one.
 *
 * @param onOver called once, before the end is delivered.
 */
export const startOperation = <Signal>(plan: OperationPlan<Signal>, onOver: () => void): Operation => {
  const { kind, process, translate, deliver } = plan
  const stop = new Subject<void>()
  let state: 'running' | 'ending' | 'over' = 'running'
  let cancelled = false
  let end: ReadonlyArray<Signal> = []
  const feed = (event: ViewedEvent): void => {
    if (state !== 'running') return
    const { signals, over } = translate(event)
    if (over) {
      state = 'ending'
      end = signals
      return
    }
    for (const signal of signals) {
      if (!cancelled) guarded(() => deliver(signal))
    }
  }
  /** @param instead stands for the end of a process that has told none. */
  const finish = (instead: ViewedEvent): void => {
    feed(instead)
    if (state === 'over') return
    state = 'over'
    onOver()
    for (const signal of end) guarded(() => deliver(signal))
  }
  const subscribe = (): void => {
    if (cancelled) return
    defer(process)
      .pipe(takeUntil(stop))
      .subscribe({
        next: feed,
        error: (error: unknown) => {
          finish({ type: KIND[kind].failed, data: { fault: faultTag(error), url: urlOf(error) } })
          if (!(error instanceof CoreError)) reportBug(error)
        },
        complete: () => {
          if (!cancelled) finish({ type: KIND[kind].failed, data: {} })
        },
      })
  }
  queueMicrotask(subscribe)
  return {
    isRunning: () => state === 'running',
    cancel: () => {
      if (state !== 'running') return
      cancelled = true
      stop.next()
      finish({ type: KIND[kind].cancelled, data: {} })
    },
  }
}

const urlOf = (error: unknown): string | null =>
  error instanceof CoreError && error.fault.type === 'ServiceRefused' ? error.fault.url : null

/** A receiver that throws breaks neither the operation nor the order of its signals. */
const guarded = (run: () => void): void => {
  try {
    run()
  } catch (error) {
    reportBug(error)
  }
}

const reportBug = (error: unknown): void => {
  throwError(() => error).subscribe()
}
