import type { RecordedEvent } from '../event/decode-event'
import { rememberedFold } from '../home/remembered-fold'
import { INDIVIDUALIZATION_EVENTS, INDIVIDUALIZATION_STREAM, type IndividualizationStatus } from './individualization-event'

type IndividualizationEventRecord = RecordedEvent<(typeof INDIVIDUALIZATION_EVENTS)[number]>

/** A run that began and has not ended. */
export interface OpenIndividualization {
  readonly operation: string
  /** Id of the event that records it. */
  readonly consent: string
  readonly forced: boolean
  /** The epoch that is being made. */
  readonly epoch: number
  /** What the service answered with. */
  readonly granted: { readonly credential: string; readonly package: string } | undefined
  /** Whether the package was whole once. */
  readonly installing: boolean
  readonly status: IndividualizationStatus
}

/** The individualizations of a home; at most one is open (IN-10). */
export interface IndividualizationState {
  readonly open: OpenIndividualization | undefined
}

/** A home that was never individualized. */
export const initial: IndividualizationState = { open: undefined }

/** `INDI_BEGIN` of 2.4, before any connection. */
export const BEGUN: IndividualizationStatus = { status: 1, http: 0, roundTrips: 0, read: 0, total: 0 }

/** The state after one more event. */
export const evolve = ({ open }: IndividualizationState, event: IndividualizationEventRecord): IndividualizationState => {
  switch (event.type) {
    case 'IndividualizationBegun': {
      const { operation, consent, forced, epoch } = event.data
      return { open: { operation, consent, forced, epoch, granted: undefined, installing: false, status: BEGUN } }
    }
    case 'IndividualizationGranted':
      return { open: open && { ...open, granted: event.data } }
    case 'IndividualizationProgress':
      return { open: open && { ...open, status: event.data.status } }
    case 'IndividualizationInstalling':
      return { open: open && { ...open, installing: true, status: event.data.status } }
    default:
      return initial
  }
}

/** The individualizations of a home with the revision of their stream. */
export const readIndividualization = rememberedFold(INDIVIDUALIZATION_STREAM, {
  definitions: INDIVIDUALIZATION_EVENTS,
  initial,
  evolve,
})
