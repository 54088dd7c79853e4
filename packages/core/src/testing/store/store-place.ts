import type { Clock } from '../../clock/clock'
import type { EventStore, Projection } from '../../store/event-store'
import type { LogAccess } from '../../store/log-access'

/** A store of any engine, with access to its stored bytes. */
export type TestedStore = EventStore & LogAccess

/** An engine's place for one test: empty at first, opened as often as the test wants, removed at its end. */
export interface StorePlace {
  /** Opens the same log again each time, with the given time and read models. */
  readonly open: (options: OpenOptions) => Promise<TestedStore>
  readonly remove: () => Promise<void>
}

/** What a test chooses when it opens a store. */
export interface OpenOptions {
  readonly clock?: Clock
  readonly projections?: ReadonlyArray<Projection>
  readonly logId?: string
}

/** Makes an empty place. */
export type FreshPlace = () => Promise<StorePlace>

/** The log key's thumbprint of tests that do not choose one. */
export const TEST_LOG_ID = 'log-of-the-store-kit'
