import type { StoredEvent } from '../event/stored-event'

/** Which part of the log counts. */
export type Moment =
  | { readonly type: 'now' }
  /** As it stood at a time, microseconds since 1970. */
  | { readonly type: 'time'; readonly at: number }
  /** Up to a position, this included; without the use that was taken in the same append. */
  | { readonly type: 'position'; readonly position: number; readonly withoutUse: string | null }

const useIdOf = ({ data }: StoredEvent): unknown =>
  typeof data === 'object' && data !== null && 'useId' in data ? data.useId : undefined

/**
 * The last position that counts, among the events that a question is about. A time means all up to the last event that
 * was recorded by then: after a clock that ran ahead, what came later and was dated earlier counts with what it followed.
 */
export const lastPosition = (moment: Moment, events: ReadonlyArray<StoredEvent>): number => {
  switch (moment.type) {
    case 'now':
      return Math.max(0, ...events.map(({ position }) => position))
    case 'time':
      return Math.max(0, ...events.filter(({ time }) => time <= moment.at).map(({ position }) => position))
    case 'position':
      return moment.position
  }
}

/** The events of one stream that count. */
export const untilMoment = (
  moment: Moment,
  position: number,
  events: ReadonlyArray<StoredEvent>
): ReadonlyArray<StoredEvent> =>
  events.filter(
    (event) =>
      event.position <= position &&
      (moment.type !== 'position' || moment.withoutUse === null || useIdOf(event) !== moment.withoutUse)
  )
