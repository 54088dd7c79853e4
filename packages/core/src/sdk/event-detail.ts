import * as E from 'fp-ts/Either'
import * as t from 'io-ts'

import type { StoredEvent } from '../event/stored-event'
import { IndividualizationStatus } from '../individualization/individualization-event'

const OptionalText = t.union([t.string, t.null, t.undefined])

/** Those members of the events of all processes that a status of the platform can carry. */
const EventDetail = t.partial(
  {
    fault: OptionalText,
    reason: OptionalText,
    keyId: OptionalText,
    url: OptionalText,
    challenge: OptionalText,
    status: IndividualizationStatus,
    written: t.number,
    done: t.number,
    licenses: t.number,
  },
  'detail of an event'
)
export type EventDetail = Readonly<t.TypeOf<typeof EventDetail>>

/** What of an event this view reads: a name, and members of the data. */
export type ViewedEvent = Pick<StoredEvent, 'type' | 'data'>

const NONE: EventDetail = {}

/** The detail of an event. Data of another shape has none: a status without detail is worth more than no status. */
export const eventDetail = ({ data }: ViewedEvent): EventDetail => {
  const decoded = EventDetail.decode(data)
  return E.isRight(decoded) ? decoded.right : NONE
}
