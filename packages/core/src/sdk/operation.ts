import { defer, Subject, takeUntil, throwError } from 'rxjs'

import { CoreError } from '../fault/core-error'
import type { ViewedEvent } from './event-detail'
import { KIND } from './event-mapping'
import type { Translate } from './event-reader'
import { faultTag } from './fault-code'
import type { Process, ProcessKind } from './process'

/** A process that was started through a call of the platform. */
export interface Operation {
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
  /** Type of event that stands for a process that completes without an event of its end. */
  readonly completion?: string
}

/**
 * Starts a process. Nothing is delivered before this call has returned (BR-1), and exactly one end is delivered, last: that of
 * the process, that of its fault, or that of its cancellation (EV-5, EV-10).
 *
 * @param onOver called once, before the end is delivered, so that a receiver may start the next operation.
 */
export const startOperation = <Signal>(plan: OperationPlan<Signal>, onOver: () => void): Operation => {
  const { kind, process, translate, deliver } = plan
  const stop = new Subject<void>()
  let over = false
  let cancelled = false
  const feed = (event: ViewedEvent): void => {
    if (over) return
    const { signals, over: ends } = translate(event)
    if (ends) {
      over = true
      onOver()
    }
    for (const signal of signals) {
      // The receiver of the signal before may have cancelled.
      if (over && !ends) return
      guarded(() => deliver(signal))
    }
  }
  const subscribe = (): void => {
    if (cancelled) return
    defer(process)
      .pipe(takeUntil(stop))
      .subscribe({
        next: feed,
        error: (error: unknown) => {
          feed({ type: KIND[kind].failed, data: { fault: faultTag(error), url: urlOf(error) } })
          if (!(error instanceof CoreError)) reportBug(error)
        },
        complete: () => {
          if (!cancelled) feed({ type: plan.completion ?? KIND[kind].failed, data: {} })
        },
      })
  }
  queueMicrotask(subscribe)
  return {
    isRunning: () => !over,
    cancel: () => {
      if (over) return
      cancelled = true
      stop.next()
      feed({ type: KIND[kind].cancelled, data: {} })
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
