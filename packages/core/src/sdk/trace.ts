import type { ViewedEvent } from './event-detail'
import type { Translate } from './event-reader'
import { generationA } from './generation-a'
import { generationB } from './generation-b'
import type { ProcessKind } from './process'
import type { MediaEvent, WmtSignal } from './status-object'

/** One run as both generations tell it. */
export interface SdkTrace {
  /** Statuses of the callback, without context. */
  readonly a: ReadonlyArray<WmtSignal>
  /** Events of the queue. */
  readonly b: ReadonlyArray<MediaEvent>
}

/**
 * The statuses and events that the platform would have sent for one run, from the events of that run. Events that are no
 * part of such a run are passed over, and so is what comes after its end.
 *
 * In the first generation DISCONNECTING and BEGIN of a restore wait for the first license.
 *
 * @source docs/reference/protocols.md, section 4.7
 */
export const sdkTrace =
  (kind: ProcessKind) =>
  (events: ReadonlyArray<ViewedEvent>): SdkTrace => ({
    a: events.flatMap(signalsOf(generationA(kind))),
    b: events.flatMap(signalsOf(generationB(kind))),
  })

const signalsOf =
  <Signal>(translate: Translate<Signal>) =>
  (event: ViewedEvent): ReadonlyArray<Signal> =>
    translate(event).signals
