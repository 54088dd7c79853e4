import type { NewEvent } from '../store/event-store'
import { newEvent } from '../event/define-event'
import { CoreError } from '../fault/core-error'
import { record, type ProcessContext } from '../process/run-process'
import {
  ACQUISITION_STREAM,
  AcquisitionFailed,
  AcquisitionRefused,
  type AcquisitionCancelled,
  type MonitorCancelled,
} from './acquisition-event'
import type { AcquisitionEnv } from './acquisition-env'
import { nextStep, refusalReason } from './next-step'

/** An acquisition or a wait for one that is under way. */
export interface AcquisitionRun {
  readonly context: ProcessContext
  readonly env: AcquisitionEnv
  /** Id that all its events carry. */
  readonly operation: string
  /** Aborts at unsubscription. */
  readonly signal: AbortSignal
  /** The event that it ends with when it is cancelled. */
  readonly cancelled: typeof AcquisitionCancelled | typeof MonitorCancelled
}

/** Records events of an acquisition. */
export const note = ({ context, operation }: AcquisitionRun, ...events: ReadonlyArray<NewEvent>): Promise<unknown> =>
  record(context, ACQUISITION_STREAM, operation, ...events)

/** Records the end of an acquisition, which is a cancellation if it was cancelled meanwhile (LI-64). */
export const endWith = (run: AcquisitionRun, event: NewEvent): Promise<unknown> =>
  note(run, run.context.isCancelled() ? newEvent(run.cancelled, { operation: run.operation }) : event)

/** Ends an acquisition with why no license came, and what to do (LI-63). */
export const refuse = (run: AcquisitionRun, reason: string): Promise<unknown> =>
  endWith(run, newEvent(AcquisitionRefused, { operation: run.operation, reason, next: nextStep(reason) }))

/** However it breaks off, the log says so; what has a next step is history, the rest is the outside world's. */
const breakOff = async (run: AcquisitionRun, error: unknown): Promise<void> => {
  if (!(error instanceof CoreError) && !run.context.isCancelled()) throw error
  const fault = error instanceof CoreError ? error.fault : undefined
  const reason = fault && refusalReason(fault)
  if (run.context.isCancelled() || fault === undefined) await note(run, newEvent(run.cancelled, { operation: run.operation }))
  else if (reason !== undefined) await refuse(run, reason)
  else {
    await note(run, newEvent(AcquisitionFailed, { operation: run.operation, fault: fault.type }))
    throw error
  }
}

/** Runs the body of an acquisition to its end; the signal of the run aborts with the process. */
export const runAcquisition = async (
  start: Omit<AcquisitionRun, 'signal'>,
  body: (run: AcquisitionRun) => Promise<void>
): Promise<void> => {
  const cancel = new AbortController()
  const cancelling = start.context.cancelled.subscribe(() => {
    cancel.abort()
  })
  const run = { ...start, signal: cancel.signal }
  try {
    await body(run)
  } catch (error) {
    await breakOff(run, error)
  } finally {
    cancelling.unsubscribe()
  }
}
