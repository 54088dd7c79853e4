import type { Projection } from '../store/event-store'
import { projectEvents } from '../vault/project-events'
import { TitleSet } from './title-event'

/** Newest title by key ID, as it is sealed. */
export const TITLE_BY_KEY = 'title-by-key'

/** The one row of a key ID. */
const NEWEST = 'newest'

/** All read models of the catalog, for the store to keep. */
export const catalogProjections: ReadonlyArray<Projection> = [
  projectEvents(TITLE_BY_KEY, [TitleSet], ({ id, data: { keyId, title } }) => [
    { key: keyId, id: NEWEST, value: { event: id, title } },
  ]),
]
