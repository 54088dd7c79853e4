import { HRESULT } from './hresult'
import type { MediaEvent } from './status-object'

/** An event that was pulled, or why there is none. */
export type PulledEvent = { readonly hr: 0; readonly event: MediaEvent } | { readonly hr: number; readonly event: null }

/** The receiving side of an event queue of the second generation (EV-1). */
export interface EventPull {
  /** The oldest event. Never waits: answers ERROR_NO_MORE_ITEMS while there is none; try again later. */
  readonly getEvent: () => PulledEvent
  /**
   * Hands the next event to `onEvent`, once; ask again for the one after it. Never calls it before this call has returned.
   *
   * @returns NS_E_INVALID_REQUEST while another is waiting.
   */
  readonly beginGetEvent: (onEvent: (event: MediaEvent) => unknown) => number
}

/** A queue with both its sides. */
export interface EventQueue {
  readonly source: EventPull
  readonly push: (event: MediaEvent) => void
}

/** Makes an empty queue. It has no bound: who starts operations and never pulls keeps their events. */
export const createEventQueue = (): EventQueue => {
  const events: MediaEvent[] = []
  let waiting: ((event: MediaEvent) => unknown) | null = null
  const hand = (): void => {
    const receive = waiting
    if (receive === null) return
    const event = events.shift()
    if (event === undefined) return
    waiting = null
    receive(event)
  }
  return {
    push: (event) => {
      events.push(event)
      hand()
    },
    source: {
      getEvent: () => {
        const event = events.shift()
        return event === undefined ? { hr: HRESULT.ERROR_NO_MORE_ITEMS, event: null } : { hr: HRESULT.S_OK, event }
      },
      beginGetEvent: (onEvent) => {
        if (waiting !== null) return HRESULT.NS_E_INVALID_REQUEST
        waiting = onEvent
        queueMicrotask(hand)
        return HRESULT.S_OK
      },
    },
  }
}
