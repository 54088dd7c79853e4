import { runTask } from '../fault/run-task'
import type { Home } from '../home/home'
import type { NewEvent, StreamAppend } from '../store/event-store'
import { INDIVIDUALIZATION_STREAM, type IndividualizationStatus } from './individualization-event'
import type { OpenIndividualization } from './individualization-decider'

/** Ends a run that its caller gave up. */
export class RunCancelled extends Error {}

/** One individualization while it runs. */
export interface IndividualizationRun extends Omit<OpenIndividualization, 'status'> {
  /** With a store that is watched by the process. */
  readonly home: Home
  readonly signal: AbortSignal
  /** A snapshot of now, an object of its own each time (IN-21, IN-22). */
  readonly status: (change?: Partial<IndividualizationStatus>) => IndividualizationStatus
  /** Counts a completed round trip (IN-24). */
  readonly roundTrip: () => void
  /** Appends to the run's stream, if nobody else did, and to others with it. Rejects with `CoreError`. */
  readonly append: (events: ReadonlyArray<NewEvent>, others?: ReadonlyArray<StreamAppend>) => Promise<void>
  /** Throws {@link RunCancelled} once the caller has given up. */
  readonly checkCancelled: () => void
}

/** Goes on with an open individualization from the state that the log gives. */
export const startRun = (
  home: Home,
  open: OpenIndividualization,
  revision: number,
  signal: AbortSignal
): IndividualizationRun => {
  const { operation, consent, forced, epoch, granted, installing } = open
  let [next, status] = [revision, open.status]
  return {
    home,
    operation,
    consent,
    forced,
    epoch,
    granted,
    installing,
    signal,
    status: (change = {}) => (status = { ...status, ...change }),
    roundTrip: () => {
      status = { ...status, roundTrips: status.roundTrips + 1 }
    },
    append: async (events, others = []) => {
      const own = { stream: INDIVIDUALIZATION_STREAM, expectedRevision: next, events }
      await runTask(home.store.append({ appends: [own, ...others], correlation: operation }))
      next += events.length
    },
    checkCancelled: () => {
      if (signal.aborted) throw new RunCancelled('the individualization was cancelled')
    },
  }
}
