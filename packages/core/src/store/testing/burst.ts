import type { StoredEvent } from '../../event/stored-event'
import { onto } from '../../testing/store/store-case'
import type { AppendRequest, Projection, StateChange } from '../event-store'

/** Streams that all writers append to. */
const SHARED = 'shared'
const LARGE_EVERY = 8
const LARGE = 400
const FORGET_EVERY = 3

/** What an event of a burst says of its append. */
export interface Part {
  readonly burst: string
  readonly part: number
  /** How many events the append has. */
  readonly of: number
}

/** The name of a writer's burst, which is its idempotency key. */
export const burstName = (writer: string, number: number): string => `${writer}-${number}`

/** The content of an event. */
export const partOf = ({ data }: StoredEvent): Part => (data as { readonly note: Part }).note

/**
 * An append that follows from its writer and number alone: over one stream or several, small and large, with a value of
 * state that it puts and now and then one of the burst before that it deletes.
 */
export const burst = (writer: string, number: number): AppendRequest => {
  const name = burstName(writer, number)
  const of = number % LARGE_EVERY === 0 ? LARGE : 1 + (number % 4)
  const parts = Array.from({ length: of }, (_, part): Part => ({ burst: name, part, of }))
  const half = number % 2 === 0 ? of : Math.ceil(of / 2)
  const appends = [onto(writer, 'any', ...parts.slice(0, half)), onto(SHARED, 'any', ...parts.slice(half))]
  return {
    appends: appends.filter(({ events }) => events.length > 0),
    state: stateOf(writer, number),
    idempotencyKey: name,
  }
}

/** One row for each event, by burst. */
export const partsModel: Projection = {
  model: 'parts',
  project: (event) => {
    const { burst: name, part, of } = partOf(event)
    return [{ model: 'parts', key: name, id: String(part).padStart(4, '0'), value: { of, position: event.position } }]
  },
}

/** What a burst puts and deletes beside the log. */
export const stateOf = (writer: string, number: number): ReadonlyArray<StateChange> => {
  const put = { space: 'key-envelope', key: burstName(writer, number), value: Buffer.from(`of ${writer}`) } as const
  const forget = { space: 'key-envelope', key: burstName(writer, number - 1), value: null } as const
  return number % FORGET_EVERY === 0 ? [put, forget] : [put]
}
