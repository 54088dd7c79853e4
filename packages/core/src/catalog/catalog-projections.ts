import * as E from 'fp-ts/Either'

import { decodeEvent } from '../event/decode-event'
import type { Projection } from '../store/event-store'
import { TitleSet } from './title-event'

/** Newest title by key ID, as it is sealed. */
export const TITLE_BY_KEY = 'title-by-key'

/** The one row of a key ID. */
const NEWEST = 'newest'

const decode = decodeEvent([TitleSet])

/** All read models of the catalog, for the store to keep. */
export const catalogProjections: ReadonlyArray<Projection> = [
  {
    model: TITLE_BY_KEY,
    project: (stored) => {
      if (stored.type !== TitleSet.type) return []
      const event = decode(stored)
      if (E.isLeft(event)) throw new TypeError(`event ${stored.position} of type ${stored.type}: ${event.left.why}`)
      const { id, data } = event.right
      return [{ model: TITLE_BY_KEY, key: data.keyId, id: NEWEST, value: { event: id, title: data.title } }]
    },
  },
]
