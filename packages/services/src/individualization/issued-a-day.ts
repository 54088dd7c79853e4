import type { RecordedEvent } from '@custody/core/event'
import type { CoreFault } from '@custody/core/fault'
import { foldStream, type Folded } from '@custody/core/home'
import type { EventStore } from '@custody/core/store'
import type { TaskEither } from 'fp-ts/TaskEither'

import { INDIVIDUALIZATION_EVENTS, individualizationStream } from './individualization-event'

const DAY = 24 * 3600 * 1_000_000

/** How many individualizations a computer had on the UTC day of its last one. */
export interface IssuedADay {
  /** Whole days since 1970. */
  readonly day: number
  readonly count: number
}

/** The UTC day of a time in microseconds since 1970. */
export const dayOf = (micros: number): number => Math.floor(micros / DAY)

/** A computer that never asked. */
export const initial: IssuedADay = { day: 0, count: 0 }

/** The state after one more event. */
export const evolve = (
  { day, count }: IssuedADay,
  { time }: RecordedEvent<(typeof INDIVIDUALIZATION_EVENTS)[number]>
): IssuedADay => (dayOf(time) === day ? { day, count: count + 1 } : { day: dayOf(time), count: 1 })

/** Whether a computer may be individualized once more on the day of `now` (IN-11). @param now microseconds since 1970. */
export const mayIndividualize = ({ day, count }: IssuedADay, now: number, limit: number): boolean =>
  dayOf(now) === day ? count < limit : limit > 0

/** Reads the individualizations of a computer. @errors those of the store. */
export const issuedADay = (store: EventStore, mid: string): TaskEither<CoreFault, Folded<IssuedADay>> =>
  foldStream(store, individualizationStream(mid), { definitions: INDIVIDUALIZATION_EVENTS, initial, evolve })
